// TLS for the test server: its certificate, whose clients it takes, and how it finds out that it is being served.
package main

import (
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"os"

	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
)

// tlsFiles are the PEM files of the command line. Without a certificate the server speaks plaintext.
type tlsFiles struct {
	cert     string
	key      string
	clientCA string
}

// serverTLS is what the server speaks, and what this program calls it with to see whether it does.
type serverTLS struct {
	config *tls.Config
	probe  credentials.TransportCredentials
}

// load reads the files. A client must have a certificate of its own where an authority for them was given; only the
// program itself, which calls by a name nobody else knows, needs none.
func (f tlsFiles) load() (serverTLS, error) {
	if f.cert == "" {
		return serverTLS{probe: insecure.NewCredentials()}, nil
	}
	certificate, err := tls.LoadX509KeyPair(f.cert, f.key)
	if err != nil {
		return serverTLS{}, err
	}
	open := &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	config := open.Clone()
	if f.clientCA != "" {
		if config.ClientCAs, err = certificatesIn(f.clientCA); err != nil {
			return serverTLS{}, err
		}
		config.ClientAuth = tls.RequireAndVerifyClientCert
	}
	name, err := randomName()
	if err != nil {
		return serverTLS{}, err
	}
	config.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		if hello.ServerName == name {
			withProtocols := open.Clone()
			withProtocols.NextProtos = []string{"h2"}
			return withProtocols, nil
		}
		return nil, nil
	}
	// To itself it need not prove who it is.
	probe := credentials.NewTLS(&tls.Config{ServerName: name, InsecureSkipVerify: true})
	return serverTLS{config: config, probe: probe}, nil
}

func certificatesIn(file string) (*x509.CertPool, error) {
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("no certificate in %s", file)
	}
	return pool, nil
}

func randomName() (string, error) {
	name := make([]byte, 16)
	if _, err := rand.Read(name); err != nil {
		return "", err
	}
	return hex.EncodeToString(name) + ".invalid", nil
}
