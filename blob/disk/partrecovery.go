package disk

import (
	"context"
	"path/filepath"
	"strings"
)

// recoverParts repairs the files of uploads in parts after a crash. Every upload that has begun stays as it is.
func (d *directory) recoverParts(files Files) error {
	err := d.eachPartFile(files, func(name string) error {
		if key, ok := partKey(name); ok {
			return d.recoverUpload(key)
		}
		return nil
	})
	if err == nil {
		err = d.fs.SyncDir(d.parts)
	}
	if err != nil {
		return err
	}
	return d.eachPartFile(files, func(name string) error {
		base, ok := strings.CutSuffix(name, dataSuffix)
		if !ok {
			return nil
		}
		if exists(filepath.Join(d.parts, base+tableSuffix)) {
			return nil
		}
		return d.fs.Remove(filepath.Join(d.parts, name))
	})
}

func (d *directory) eachPartFile(files Files, visit func(name string) error) error {
	for name, err := range files.names(context.Background(), "parts") {
		if err == nil {
			err = visit(name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// recoverUpload removes the table of an upload whose begin or end was interrupted. An upload whose assembly was
// interrupted remains an upload.
func (d *directory) recoverUpload(key string) error {
	data, table := d.partPaths(key)
	if !exists(data) {
		return d.fs.Remove(table)
	}
	return d.disassemble(key)
}

// disassemble removes the name of an object from the data file of an upload that still has its table: no caller
// has learnt that the object exists, and the bytes of the file may change, or may have changed.
func (d *directory) disassemble(key string) error {
	data, _ := d.partPaths(key)
	path := d.path(key)
	if same, err := sameFile(data, path); err != nil || !same {
		return err
	}
	if err := d.fs.Remove(path); err != nil {
		return err
	}
	if err := d.fs.SyncDir(filepath.Dir(path)); err != nil {
		return err
	}
	d.show(path)
	return nil
}
