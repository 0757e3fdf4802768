package archive

import (
	"archive/tar"
	"os/user"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// header returns the header of an entry, without size, target and attributes.
func (p *packer) header(st *unix.Stat_t, kind byte, path string) *tar.Header {
	return &tar.Header{
		Format: tar.FormatPAX, Typeflag: kind, Name: path, Mode: int64(st.Mode) & 0o7777,
		Uid: int(st.Uid), Gid: int(st.Gid), Uname: p.users.of(st.Uid), Gname: p.groups.of(st.Gid),
		ModTime: time.Unix(st.Mtim.Sec, st.Mtim.Nsec),
	}
}

// names are the names of users or groups. Each is looked up once.
type names struct {
	lookup func(id string) string
	known  map[uint32]string
}

// mostNames bounds the memory for names.
const mostNames = 4096

func newNames(lookup func(string) string) *names { return &names{lookup, map[uint32]string{}} }

func (n *names) of(id uint32) string {
	name, ok := n.known[id]
	if !ok {
		if len(n.known) >= mostNames {
			clear(n.known)
		}
		name = n.lookup(strconv.FormatUint(uint64(id), 10))
		n.known[id] = name
	}
	return name
}

// userName returns the name of a user, or "" if there is none: then the archive has only the number of the user.
func userName(id string) string {
	u, err := user.LookupId(id)
	if err != nil {
		return ""
	}
	return u.Username
}

func groupName(id string) string {
	g, err := user.LookupGroupId(id)
	if err != nil {
		return ""
	}
	return g.Name
}
