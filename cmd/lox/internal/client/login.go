package client

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/backlox/lox/cmd/lox/internal/display"
	api "github.com/backlox/lox/gen/client"
)

func (p *program) loginCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "login",
		Short: "Keep the URL of a server and an API key for later commands",
		Long: `Keep the URL of a server and an API key for later commands, once the server
has accepted the key. At a terminal it asks for both; the key isn't shown.
Elsewhere the URL comes from --url or LOX_URL, and the key from
LOX_API_KEY_FILE, LOX_API_KEY or the first line of standard input.

They are kept in lox/config.json in your configuration directory, which is
~/.config on Linux, for nobody else to read.`,
		Example: `  lox login
  lox login --url https://backups.example.com < key-file`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := p.CheckEnvironment(); err != nil {
				return UsageError(err)
			}
			return p.login(cmd)
		},
	}
}

func (p *program) login(cmd *cobra.Command) error {
	to, err := p.askTarget(cmd)
	if err != nil {
		return err
	}
	s, err := p.session(cmd, to)
	if err != nil {
		return err
	}
	if strings.HasPrefix(to.url, "http://") && !isLocal(to.url) {
		s.notef("Warning: by http:// the key and what you store can be read on the way.")
	}
	who := ""
	tenant, _, err := read[api.Tenant](s.api.GetTenant(cmd.Context()))
	refused, isRefused := errors.AsType[*apiError](err)
	switch {
	case err == nil:
		who = " as " + display.Visible(tenant.Name)
	case isRefused && refused.code == "permission_denied":
		s.notef("The key is valid. It has no scope tenant:read, so whose it is isn't shown.")
	default:
		return err
	}
	path, err := p.saveLogin(login{URL: to.url, APIKey: to.key})
	if err != nil {
		return fmt.Errorf("save the key: %w", err)
	}
	s.notef("Logged in to %s%s. URL and key are kept in %s", to.url, who, path)
	return nil
}

// askTarget returns the URL and the key from the environment, and asks for what is missing.
func (p *program) askTarget(cmd *cobra.Command) (to target, err error) {
	flag, _ := cmd.Flags().GetString("url")
	if to.url, err = p.namedURL(flag); err != nil {
		return to, err
	}
	if to.key, err = p.environmentKey(); err != nil {
		return to, err
	}
	fd, interactive := terminal(cmd.InOrStdin())
	if to.url == "" {
		if !interactive {
			return to, usagef("which server? Set --url or %s", urlVariable)
		}
		if to.url, err = p.askURL(cmd); err != nil {
			return to, err
		}
	}
	if to.key != "" {
		return to, nil
	}
	var key string
	if interactive {
		key, err = askKey(cmd.Context(), fd, cmd.ErrOrStderr())
	} else {
		key, err = firstLine(cmd.InOrStdin())
	}
	if err != nil {
		return to, err
	}
	to.key, err = checkKey("that", key)
	return to, err
}

func (p *program) askURL(cmd *cobra.Command) (string, error) {
	saved, _ := p.readLogin() // an unreadable file will be replaced
	suggested := saved.URL
	if local, err := p.embedded(); suggested == "" && err == nil {
		suggested = local.url
	}
	question := "URL of the server: "
	if suggested != "" {
		question = "URL of the server [" + suggested + "]: "
	}
	text, err := ask(cmd.Context(), cmd.InOrStdin(), cmd.ErrOrStderr(), question)
	if err != nil {
		return "", err
	}
	base, err := parseURL(cmp.Or(text, suggested))
	return base, UsageError(err)
}

// answer is the text that was read, or the error.
type answer struct {
	text string
	err  error
}

// ask asks a question at a terminal.
func ask(ctx context.Context, in io.Reader, out io.Writer, question string) (string, error) {
	_, _ = io.WriteString(out, question)
	return await(ctx, func() (string, error) { return firstLine(in) })
}

// askKey asks for a key that isn't shown while it is typed.
func askKey(ctx context.Context, fd int, out io.Writer) (string, error) {
	before, err := term.GetState(fd)
	if err != nil {
		return "", err
	}
	_, _ = io.WriteString(out, "API key (not shown): ")
	key, err := await(ctx, func() (string, error) {
		key, err := term.ReadPassword(fd)
		return string(key), err
	})
	_, _ = io.WriteString(out, "\n")
	// After an interrupt, ReadPassword hasn't restored the terminal, which would not show what is typed.
	return key, errors.Join(err, term.Restore(fd, before))
}

// await calls read and waits for it until ctx ends. The goroutine that reads from the terminal can't be stopped then:
// it ends with the process, which is about to end.
func await(ctx context.Context, read func() (string, error)) (string, error) {
	got := make(chan answer, 1)
	go func() {
		text, err := read()
		got <- answer{text, err}
	}()
	select {
	case a := <-got:
		return a.text, a.err
	case <-ctx.Done():
		return "", errInterrupted
	}
}

func firstLine(in io.Reader) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(in, keyFileSize)).ReadString('\n')
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return strings.TrimSpace(line), err
}
