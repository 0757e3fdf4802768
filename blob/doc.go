// Package blob holds what the stores of backups' bytes share: blob/s3 keeps them
// in an S3 bucket, blob/disk in plain files. Both pass the suite of blob/blobtest.
// They know nothing of tenants and backups: they are given keys.
package blob
