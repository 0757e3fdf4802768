// Package blob holds code that the stores of backups' bytes share: blob/s3 stores them
// in an S3 bucket, blob/disk in plain files. Both pass the tests of blob/blobtest. They
// handle keys and bytes, and know nothing about tenants and backups.
package blob
