// Command server runs a real immudb on a loopback port, for tests. It prints one line of JSON once it can be
// reached, and stops on SIGTERM or when its standard input closes, so that a parent that dies leaves no orphan.
package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"github.com/codenotary/immudb/cmd/version"
	"github.com/codenotary/immudb/embedded/logger"
	"github.com/codenotary/immudb/pkg/api/schema"
	"github.com/codenotary/immudb/pkg/server"
	"github.com/codenotary/immudb/pkg/server/sessions"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/protobuf/types/known/emptypb"
)

// reportedVersion is what a release of this version says of itself. The library alone would say nothing.
const reportedVersion = "1.11.1"

// stopLimit is how long a clean stop may take before the process ends regardless.
const stopLimit = 10 * time.Second

// startLimit is how long the first call may take to be answered.
const startLimit = 30 * time.Second

// ready is the line a parent waits for.
type ready struct {
	Address string `json:"address"`
	UUID    string `json:"uuid"`
	PID     int    `json:"pid"`
	Version string `json:"version"`
}

// settings are the command line.
type settings struct {
	dir            string
	port           int
	signingKey     string
	maxSessions    int
	sessionTimeout time.Duration
	guardInterval  time.Duration
	logMetadata    bool
	tls            tlsFiles
	logErrors      bool
	// stderr is where this program reports, whatever becomes of the library's.
	stderr *os.File
}

func parseSettings() settings {
	defaults := sessions.DefaultOptions()
	s := settings{stderr: os.Stderr}
	flag.StringVar(&s.dir, "dir", "", "data folder (required)")
	flag.IntVar(&s.port, "port", 0, "loopback port; 0 picks a free one")
	flag.StringVar(&s.signingKey, "signing-key", "", "PEM file of an EC P-256 private key; states are unsigned without")
	flag.IntVar(&s.maxSessions, "max-sessions", defaults.MaxSessions, "sessions the server holds at once")
	flag.DurationVar(&s.sessionTimeout, "session-timeout", defaults.Timeout, "idle time after which a session may be ended")
	flag.DurationVar(&s.guardInterval, "session-guard-interval", defaults.SessionGuardCheckInterval, "how often idle sessions are looked for")
	flag.BoolVar(&s.logMetadata, "log-request-metadata", false, "write who called, and from where, into every transaction")
	flag.StringVar(&s.tls.cert, "tls-cert", "", "PEM file of the certificate to show; plaintext without")
	flag.StringVar(&s.tls.key, "tls-key", "", "PEM file of its private key")
	flag.StringVar(&s.tls.clientCA, "tls-client-ca", "", "PEM file of authorities one of which must have signed a client's certificate")
	flag.BoolVar(&s.logErrors, "log-errors", false, "log errors to standard error")
	flag.Parse()
	return s
}

// options are those of a default immudb, with everything off that would open another port or write another file.
func options(s settings, listener net.Listener, tlsConfig *tls.Config) *server.Options {
	sessionOptions := sessions.DefaultOptions()
	sessionOptions.MaxSessions = s.maxSessions
	sessionOptions.Timeout = s.sessionTimeout
	sessionOptions.SessionGuardCheckInterval = s.guardInterval
	if sessionOptions.MaxSessionInactivityTime > s.sessionTimeout {
		sessionOptions.MaxSessionInactivityTime = s.sessionTimeout
	}
	return server.DefaultOptions().
		WithDir(s.dir).
		WithListener(listener).
		WithTLS(tlsConfig).
		WithSigningKey(s.signingKey).
		WithLogRequestMetadata(s.logMetadata).
		WithSessionOptions(sessionOptions).
		WithMetricsServer(false).
		WithWebServer(false).
		WithPgsqlServer(false).
		WithPProf(false).
		WithSwaggerUIEnabled(false)
}

// silenceLibrary takes the standard streams away from the library, which prints a banner on one and on the other logs
// whatever clients do wrong. It returns the output a parent listens to.
func silenceLibrary(keepErrors bool) (*os.File, error) {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	stdout := os.Stdout
	os.Stdout = null
	if !keepErrors {
		os.Stderr = null
	}
	return stdout, nil
}

func run(s settings) error {
	if s.dir == "" {
		return fmt.Errorf("no data folder: pass --dir")
	}
	secure, err := s.tls.load()
	if err != nil {
		return err
	}
	stdout, err := silenceLibrary(s.logErrors)
	if err != nil {
		return err
	}
	version.App, version.Version = "immudb", reportedVersion
	server.Version = server.VersionResponse{Component: "immudb", Version: reportedVersion}

	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", s.port))
	if err != nil {
		return err
	}
	immudb := server.DefaultServer()
	immudb.WithOptions(options(s, listener, secure.config)).WithLogger(logger.NewSimpleLoggerWithLevel("immudb", os.Stderr, logger.LogError))
	if err := immudb.Initialize(); err != nil {
		return err
	}

	line := ready{Address: listener.Addr().String(), UUID: immudb.UUID.String(), PID: os.Getpid(), Version: reportedVersion}
	go func() {
		if err := awaitService(line.Address, secure.probe); err != nil {
			fmt.Fprintln(s.stderr, "immudb for tests:", err)
			os.Exit(1)
		}
		_ = json.NewEncoder(stdout).Encode(line)
		stopWhenOrphaned(immudb)
	}()
	return immudb.Start()
}

// awaitService returns once a call was answered. The listener accepts connections before that, but a server asked to
// stop while it is still starting would wait for itself.
func awaitService(address string, with credentials.TransportCredentials) error {
	connection, err := grpc.NewClient(address, grpc.WithTransportCredentials(with))
	if err != nil {
		return err
	}
	defer connection.Close()
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	_, err = schema.NewImmuServiceClient(connection).Health(ctx, &emptypb.Empty{}, grpc.WaitForReady(true))
	return err
}

// stopWhenOrphaned waits for standard input to end: the parent closed it, or is gone.
func stopWhenOrphaned(immudb *server.ImmuServer) {
	_, _ = io.Copy(io.Discard, os.Stdin)
	time.AfterFunc(stopLimit, func() { os.Exit(1) })
	// Its error says that a database was closed already, which is so after every stop.
	_ = immudb.Stop()
}

func main() {
	s := parseSettings()
	if err := run(s); err != nil {
		fmt.Fprintln(s.stderr, "immudb for tests:", err)
		os.Exit(1)
	}
}
