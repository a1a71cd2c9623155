// Command peers uses a server as programs written with immudb's own Go client use it, that client unchanged, and
// prints one line of JSON per check. Whatever is verified here is verified by that client's code, not by ours.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
)

// settings are the command line.
type settings struct {
	address   string
	user      string
	password  string
	publicKey string
	stateDir  string
	resume    bool
	only      map[string]bool
	without   map[string]bool
	clients   int
	writes    int
}

func parseSettings() settings {
	var s settings
	var only, without string
	flag.StringVar(&s.address, "address", "127.0.0.1:3322", "host:port of the server")
	flag.StringVar(&s.user, "user", "immudb", "administrator")
	flag.StringVar(&s.password, "password", "immudb", "its password")
	flag.StringVar(&s.publicKey, "public-key", "", "PEM file of the key the server signs states with; without, signatures are not checked")
	flag.StringVar(&s.stateDir, "state-dir", "", "folder for a trusted state that outlives this process")
	flag.BoolVar(&s.resume, "resume", false, "check only that what --state-dir trusts still holds, after the server was started again")
	flag.StringVar(&only, "only", "", "names of the only checks to make, separated by semicolons")
	flag.StringVar(&without, "without", "", "names of checks to leave out, separated by semicolons")
	flag.IntVar(&s.clients, "clients", 8, "how many clients write at once")
	flag.IntVar(&s.writes, "writes", 25, "how many verified writes each of them makes")
	flag.Parse()
	s.only, s.without = names(only), names(without)
	return s
}

// names are the set a list of names stands for. Names of checks have commas too, hence the semicolon.
func names(list string) map[string]bool {
	set := map[string]bool{}
	for _, name := range strings.Split(list, ";") {
		if name = strings.TrimSpace(name); name != "" {
			set[name] = true
		}
	}
	return set
}

// checks are all there is to show, in the order of the output.
func checks(s settings) []check {
	if s.resume {
		return resumedChecks
	}
	return join(sessionChecks, databaseChecks, valueChecks, listingChecks, verifiedChecks, referenceChecks,
		sortedSetChecks, transactionChecks, streamChecks, userChecks, failureChecks, stateChecks,
		signatureChecks, crowdChecks, lastingChecks)
}

func join(lists ...[]check) []check {
	var all []check
	for _, list := range lists {
		all = append(all, list...)
	}
	return all
}

func run() (failed int, err error) {
	s := parseSettings()
	w, err := newWorld(context.Background(), s)
	if err != nil {
		return 0, fmt.Errorf("cannot begin on %s: %w", s.address, err)
	}
	defer w.close()
	lines := json.NewEncoder(os.Stdout)
	for index, c := range checks(s) {
		if len(s.only) > 0 && !s.only[c.name] {
			continue
		}
		result := w.perform(index, c)
		if result.Outcome == failedOutcome {
			failed++
		}
		if err := lines.Encode(result); err != nil {
			return failed, err
		}
	}
	return failed, nil
}

func main() {
	failed, err := run()
	if err != nil {
		fmt.Fprintln(os.Stderr, "Go client:", err)
		os.Exit(2)
	}
	if failed > 0 {
		os.Exit(1)
	}
}
