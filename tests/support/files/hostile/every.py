"""All hostile files in one table."""

from tests.support.files.hostile import archives, captures, documents, images, spoofs

HOSTILE = (*spoofs.SAMPLES, *images.SAMPLES, *archives.SAMPLES, *documents.SAMPLES, *captures.SAMPLES)
