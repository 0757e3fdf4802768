package blob

import "github.com/backlox/lox"

// NoUpload returns CodeUploadIncomplete: the upload in parts does not exist, or no longer.
func NoUpload(err error) error {
	return lox.Errorf(lox.CodeUploadIncomplete, "There is no such upload in parts: it has ended, or never began").Because(err)
}
