// Command old runs an immudb of an earlier release on a loopback port, for tests: the oldest one this project works
// with. It takes the part of the command line of the newer one's program that its library knows of, prints the same
// line once it listens, and stops when its standard input closes.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/codenotary/immudb/cmd/version"
	"github.com/codenotary/immudb/pkg/logger"
	"github.com/codenotary/immudb/pkg/server"
)

const library = "github.com/codenotary/immudb"

// stopLimit is how long a clean stop may take before the process ends regardless.
const stopLimit = 10 * time.Second

// release is the version of the library this was built with, without the v.
func release() string {
	info, _ := debug.ReadBuildInfo()
	for _, module := range info.Deps {
		if module.Path == library {
			return strings.TrimPrefix(module.Version, "v")
		}
	}
	return ""
}

func run() error {
	dir := flag.String("dir", "", "data folder (required)")
	port := flag.Int("port", 0, "loopback port; 0 picks a free one")
	signingKey := flag.String("signing-key", "", "PEM file of an EC P-256 private key; states are unsigned without")
	flag.Parse()
	if *dir == "" {
		return fmt.Errorf("no data folder: pass --dir")
	}
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	// The library prints a banner.
	stdout := os.Stdout
	os.Stdout = null

	version.App, version.Version = "immudb", release()
	server.Version = server.VersionResponse{Component: "immudb", Version: release()}
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", *port))
	if err != nil {
		return err
	}
	options := server.DefaultOptions().
		WithDir(*dir).
		WithListener(listener).
		WithSigningKey(*signingKey).
		WithMetricsServer(false).
		WithWebServer(false).
		WithPgsqlServer(false)
	immudb := server.DefaultServer()
	immudb.WithOptions(options).WithLogger(logger.NewSimpleLoggerWithLevel("immudb", null, logger.LogError))
	if err := immudb.Initialize(); err != nil {
		return err
	}
	go func() {
		// Before it serves, a stop would wait for itself.
		time.Sleep(200 * time.Millisecond)
		_ = json.NewEncoder(stdout).Encode(map[string]any{
			"address": listener.Addr().String(), "uuid": immudb.UUID.String(), "pid": os.Getpid(), "version": release(),
		})
		_, _ = io.Copy(io.Discard, os.Stdin)
		time.AfterFunc(stopLimit, func() { os.Exit(1) })
		_ = immudb.Stop()
	}()
	return immudb.Start()
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "immudb for tests:", err)
		os.Exit(1)
	}
}
