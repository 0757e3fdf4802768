package blob

import "github.com/backlox/lox"

// Unavailable returns CodeUnavailable: the store can't be reached or has failed.
func Unavailable(err error) error {
	return lox.Errorf(lox.CodeUnavailable, "Storage is temporarily unavailable, please try again").Because(err)
}

// Incomplete returns CodeUploadIncomplete: there is no such object.
func Incomplete(err error) error {
	return lox.Errorf(lox.CodeUploadIncomplete, "The uploaded file was not found").Because(err)
}
