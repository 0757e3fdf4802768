package archive

import (
	"archive/tar"
	"context"
	"errors"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// file writes a regular file, or a link to one that was already packed.
func (p *packer) file(dir int, name, path string) error {
	// If the file was just replaced by a FIFO, without O_NONBLOCK the open would wait for a writer.
	fd, err := openAt(dir, name, unix.O_RDONLY|unix.O_NONBLOCK, 0)
	if err != nil {
		return fail("open", path, err)
	}
	f := os.NewFile(uintptr(fd), path)
	defer func() { _ = f.Close() }() // it was read
	st, err := statFD(fd)
	if err != nil {
		return fail("stat", path, err)
	}
	if kindOf(&st) != unix.S_IFREG {
		return changed(path)
	}
	if first, ok := p.link(&st, path); ok {
		h := p.header(&st, tar.TypeLink, path)
		h.Linkname = first
		return p.write(h)
	}
	h := p.header(&st, tar.TypeReg, path)
	p.attributes(fd, h)
	parts, err := segments(p.ctx, fd, &st, mostSegments)
	if err != nil {
		return fail("seek", path, err)
	}
	if err := p.contents(f, h, &st, parts); err != nil {
		return err
	}
	return unchanged(dir, name, path, &st)
}

// link returns the path of an earlier hard link to the same file, if there is one. Otherwise it remembers this
// path. If there is no memory to remember a link, later links to the file become files of their own.
func (p *packer) link(st *unix.Stat_t, path string) (string, bool) {
	if st.Nlink < 2 {
		return "", false
	}
	key := inodeOf(st)
	if first, ok := p.links[key]; ok {
		return first, true
	}
	const entry = 128 // bytes in a map, about
	if cost := len(path) + entry; cost <= p.linkMemoryLeft {
		p.links[key], p.linkMemoryLeft = path, p.linkMemoryLeft-cost
		if p.linkMemoryLeft < linkMemory/1024 { // the memory is used up
			p.linkMemoryLeft = 0
			p.warn(path, "there are too many hard links to remember: further ones become files of their own")
		}
	}
	return "", false
}

// unchanged fails if the name no longer leads to the file that was read, or if that file has changed.
func unchanged(dir int, name, path string, before *unix.Stat_t) error {
	now, err := statAt(dir, name)
	switch {
	case err != nil:
		return fail("stat", path, err)
	case inodeOf(&now) != inodeOf(before) || now.Size != before.Size || now.Mtim != before.Mtim:
		return changed(path)
	}
	return nil
}

// contents writes the header and the bytes of a file.
func (p *packer) contents(f *os.File, h *tar.Header, st *unix.Stat_t, parts []segment) error {
	to, finish := io.Writer(p.tar), p.tar.Flush
	if isSparse(parts, st.Size) {
		if err := p.tar.Flush(); err != nil { // writes the padding of the file before
			return err
		}
		head, size := sparseHead(h, parts, st.Size)
		if _, err := p.out.Write(head); err != nil {
			return err
		}
		to, finish = p.out, func() error { return pad(p.out, size) }
	} else {
		h.Size = st.Size
		if err := p.write(h); err != nil {
			return err
		}
	}
	for _, s := range parts {
		if err := p.copy(to, f, h.Name, s); err != nil {
			return err
		}
	}
	// The file has grown, or has bytes although its size is 0, as files in /proc do.
	switch n, err := f.ReadAt(p.buffer[:1], st.Size); {
	case n > 0:
		return changed(h.Name)
	case err != nil && !errors.Is(err, io.EOF):
		return &os.PathError{Op: "read", Path: h.Name, Err: err}
	}
	return finish()
}

// copy writes a part of a file.
func (p *packer) copy(to io.Writer, f *os.File, path string, s segment) error {
	for done := int64(0); done < s.length; {
		if p.ctx.Err() != nil {
			return context.Cause(p.ctx)
		}
		piece := p.buffer[:min(int64(len(p.buffer)), s.length-done)]
		n, err := f.ReadAt(piece, s.offset+done)
		switch {
		case n == len(piece):
		case err == nil || errors.Is(err, io.EOF):
			return changed(path) // it is shorter than it was
		default:
			return err
		}
		if _, err := to.Write(piece); err != nil {
			return err
		}
		done += int64(n)
	}
	return nil
}

// pad writes zeros that fill the last block after size bytes.
func pad(to io.Writer, size int64) error {
	_, err := to.Write(make([]byte, padding(size)))
	return err
}

func padding(size int64) int64 { return -size & (blockSize - 1) }
