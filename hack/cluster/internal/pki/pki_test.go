package pki

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net"
	"slices"
	"testing"
)

func parse(t *testing.T, text []byte) *x509.Certificate {
	t.Helper()
	block, _ := pem.Decode(text)
	if block == nil {
		t.Fatal("no PEM")
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

func verify(t *testing.T, ca *Authority, pair Pair, name string, usage x509.ExtKeyUsage) error {
	t.Helper()
	if _, err := tls.X509KeyPair(pair.Cert, pair.Key); err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca.Cert)
	_, err := parse(t, pair.Cert).Verify(x509.VerifyOptions{
		Roots: roots, DNSName: name, KeyUsages: []x509.ExtKeyUsage{usage},
	})
	return err
}

func TestCertificates(t *testing.T) {
	made, err := NewAuthority("test-ca")
	if err != nil {
		t.Fatal(err)
	}
	ca, err := LoadAuthority(made.Pair) // What is read back signs as well.
	if err != nil {
		t.Fatal(err)
	}
	other, err := NewAuthority("test-ca")
	if err != nil {
		t.Fatal(err)
	}
	serving, err := ca.Serving([]string{"localhost"}, []net.IP{net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	client, err := ca.Client("ana", []string{"planners", "staff"})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"localhost", "127.0.0.1"} {
		if err := verify(t, ca, serving, name, x509.ExtKeyUsageServerAuth); err != nil {
			t.Error(err)
		}
	}
	if err := verify(t, ca, serving, "example.org", x509.ExtKeyUsageServerAuth); err == nil {
		t.Error("serves any name")
	}
	if err := verify(t, ca, client, "", x509.ExtKeyUsageClientAuth); err != nil {
		t.Error(err)
	}
	if err := verify(t, ca, client, "", x509.ExtKeyUsageServerAuth); err == nil {
		t.Error("a client certificate serves")
	}
	if err := verify(t, other, client, "", x509.ExtKeyUsageClientAuth); err == nil {
		t.Error("another authority's client is accepted")
	}
	subject := parse(t, client.Cert).Subject
	groups := slices.Sorted(slices.Values(subject.Organization)) // A set: its order is not kept.
	if subject.CommonName != "ana" || !slices.Equal(groups, []string{"planners", "staff"}) {
		t.Errorf("subject %v", subject)
	}
}

func TestLoadAuthorityRefuses(t *testing.T) {
	ca, err := NewAuthority("test-ca")
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]Pair{
		"nothing":     {},
		"text":        {Cert: []byte("x"), Key: []byte("y")},
		"no key":      {Cert: ca.Cert, Key: ca.Cert},
		"swapped":     {Cert: ca.Key, Key: ca.Cert},
		"certificate": {Cert: ca.Key, Key: ca.Key},
	}
	for name, pair := range cases {
		if _, err := LoadAuthority(pair); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestSigningKey(t *testing.T) {
	pair, err := NewSigningKey()
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(pair.Cert)
	if block == nil || block.Type != "PUBLIC KEY" {
		t.Fatalf("public key %q", pair.Cert)
	}
	if _, err := x509.ParsePKIXPublicKey(block.Bytes); err != nil {
		t.Error(err)
	}
}

func TestKubeconfig(t *testing.T) {
	text, err := Kubeconfig("c1", "https://127.0.0.1:1", []byte("CA"), "ana", Pair{Cert: []byte("C"), Key: []byte("K")})
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		CurrentContext string `json:"current-context"`
		Clusters       []struct {
			Name    string
			Cluster struct {
				Server string
				CA     []byte `json:"certificate-authority-data"`
			}
		}
		Users []struct {
			Name string
			User struct {
				Cert []byte `json:"client-certificate-data"`
				Key  []byte `json:"client-key-data"`
			}
		}
		Contexts []struct {
			Name    string
			Context struct{ Cluster, User string }
		}
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	cluster, user, context := got.Clusters[0], got.Users[0], got.Contexts[0]
	if context.Name != got.CurrentContext || context.Context.Cluster != cluster.Name || context.Context.User != user.Name {
		t.Errorf("names do not refer to each other: %s", text)
	}
	if cluster.Cluster.Server != "https://127.0.0.1:1" || string(cluster.Cluster.CA) != "CA" ||
		string(user.User.Cert) != "C" || string(user.User.Key) != "K" {
		t.Errorf("contents: %s", text)
	}
}
