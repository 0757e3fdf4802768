// Package blobtest has one conformance suite for all object stores, on disk and S3, see [Run], and starts MinIO servers for
// it, see [StartMinIO].
package blobtest
