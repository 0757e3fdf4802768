package lox

import (
	"database/sql/driver"
	"fmt"
	"strings"

	"github.com/google/uuid"
)

// Subject is the thing that an event is about: a backup, an API key, a webhook, or the tenant
// itself. The zero Subject means no subject.
type Subject struct {
	prefix string // the prefix of the written id
	id     uuid.UUID
}

// SubjectOf returns the Subject with an id.
func SubjectOf[K Kind](id ID[K]) Subject {
	var kind K
	return Subject{kind.Prefix(), uuid.UUID(id)}
}

// Subject returns the subject with this uuid of an event of the type. The type decides
// the kind of the subject.
func (t EventType) Subject(id uuid.UUID) Subject {
	kind, _, _ := strings.Cut(string(t), ".")
	for prefix, name := range subjectTypes {
		if name == kind {
			return Subject{prefix, id}
		}
	}
	return Subject{tenantKind{}.Prefix(), id} // an event of the storage is about the tenant
}

// subjectTypes are the kinds of subjects by the prefix of their ids.
var subjectTypes = map[string]string{"bkp": "backup", "ten": "tenant", "key": "api_key", "whk": "webhook"}

// ParseSubject reads the id of a backup, an API key, a webhook or a tenant.
func ParseSubject(id string) (Subject, error) {
	prefix, suffix, _ := strings.Cut(id, "_")
	if subjectTypes[prefix] != "" && len(suffix) == suffixLen {
		if u, ok := decodeSuffix(suffix); ok {
			return Subject{prefix, u}, nil
		}
	}
	return Subject{}, fmt.Errorf("subject %q: want the id of a backup, an API key, a webhook or a tenant: bkp_, key_, whk_ or ten_ and %d characters",
		id, suffixLen)
}

// Type returns the kind: "backup", "tenant", "api_key" or "webhook". It is "" for the zero
// Subject.
func (s Subject) Type() string { return subjectTypes[s.prefix] }

// String returns the written id, such as "bkp_…". It is "" for the zero Subject.
func (s Subject) String() string {
	if s.prefix == "" {
		return ""
	}
	return s.prefix + "_" + encodeSuffix(s.id)
}

// MarshalText returns the written id.
func (s Subject) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the written id.
func (s *Subject) UnmarshalText(text []byte) (err error) {
	*s, err = ParseSubject(string(text))
	return err
}

// UUID returns the id without the prefix.
func (s Subject) UUID() uuid.UUID { return s.id }

// Value gives the database the id without the prefix.
func (s Subject) Value() (driver.Value, error) { return s.id.String(), nil }
