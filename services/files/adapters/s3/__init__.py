"""The parts of the S3 adapter: bytes, links, multipart uploads, and what a store complains of."""
