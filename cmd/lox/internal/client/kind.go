package client

import (
	"errors"
	"fmt"
	"strings"

	"github.com/backlox/lox"
)

// kind describes a kind of resource for messages and lists.
type kind struct {
	name, article, plural string

	prefix string // of ids
	list   string // the command that lists this kind
	field  string // the name of the list in the API's response
	isID   func(string) bool
}

var (
	kindBackup   = kind{"backup", "a", "backups", "bkp", "lox ls", "backups", isID(new(lox.BackupID))}
	kindKey      = kind{"API key", "an", "API keys", "key", "lox keys ls", "api_keys", isID(new(lox.KeyID))}
	kindWebhook  = kind{"webhook", "a", "webhooks", "whk", "lox webhooks ls", "webhooks", isID(new(lox.WebhookID))}
	kindDelivery = kind{"delivery", "a", "deliveries", "dlv", "lox webhooks deliveries", "deliveries", isID(new(lox.DeliveryID))}
)

// isID returns a check for ids of a kind. The argument only selects the type: K can't be named here.
func isID[K lox.Kind](_ *lox.ID[K]) func(string) bool {
	return func(text string) bool {
		_, err := lox.ParseID[K](text)
		return err == nil
	}
}

// check returns an error if a text can't be an id, before it is sent anywhere: it may be an API key that was pasted by
// mistake, which must not get into a log.
func (k kind) check(id string) error {
	if k.isID(id) {
		return nil
	}
	want := fmt.Sprintf("want %s_ and 26 digits and lower-case letters, as %q shows it", k.prefix, k.list)
	if strings.HasPrefix(id, "lox_") {
		return usagef("that is an API key, not the id of %s %s: %s", k.article, k.name, want)
	}
	return usagef("%q is not the id of %s %s: %s", id, k.article, k.name, want)
}

func (k kind) checkAll(ids []string) error {
	for _, id := range ids {
		if err := k.check(id); err != nil {
			return err
		}
	}
	return nil
}

// missing returns an error that names the id if err says that it doesn't exist, else err.
func (k kind) missing(id string, err error) error {
	if refused, ok := errors.AsType[*apiError](err); !ok || refused.code == "" || ExitCode(err) != exitNotFound {
		return err
	}
	return k.none(id)
}

// none returns the error for an id that doesn't exist.
func (k kind) none(id string) error {
	return &failure{exitNotFound, fmt.Errorf("there is no %s %s; %q lists those that exist", k.name, id, k.list)}
}
