package local

import (
	"errors"
	"fmt"
	"net"
	"os"

	"github.com/modcap/modcap/hack/cluster/internal/pki"
)

const (
	adminUser  = "cluster-admin"
	adminGroup = "system:masters"
)

// writeSecrets makes the cluster's keys, certificates and kubeconfigs, once: a cluster that
// is started again keeps those it has.
func writeSecrets(s *State) error {
	dir := layout(s.Options.Dir)
	if _, err := os.Stat(dir.kubeconfig()); err == nil {
		return nil
	}
	ca, err := pki.NewAuthority("local-cluster-ca")
	if err != nil {
		return err
	}
	front, err := pki.NewAuthority("front-proxy-ca")
	if err != nil {
		return err
	}
	if err := writePairs(dir, ca, front); err != nil {
		return err
	}
	users := map[string][]string{
		controllerManager: nil, scheduler: nil, kwok: {adminGroup},
	}
	for name, groups := range users {
		user := name
		if name != kwok {
			user = "system:" + name // The default role bindings name these users.
		}
		if err := writeUser(s, ca, dir.userConf(name), user, groups); err != nil {
			return err
		}
	}
	return writeUser(s, ca, dir.kubeconfig(), adminUser, []string{adminGroup})
}

func writePairs(dir layout, ca, front *pki.Authority) error {
	serving, err1 := ca.Serving(
		[]string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"},
		[]net.IP{net.IPv4(127, 0, 0, 1), net.IPv4(10, 96, 0, 1)},
	)
	admin, err2 := ca.Client(adminUser, []string{adminGroup})
	proxy, err3 := front.Client("front-proxy-client", nil)
	tokens, err4 := pki.NewSigningKey()
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return err
	}
	files := map[string][]byte{
		"ca.crt": ca.Cert, "ca.key": ca.Key, "front-proxy-ca.crt": front.Cert,
		"serving.crt": serving.Cert, "serving.key": serving.Key,
		"admin.crt": admin.Cert, "admin.key": admin.Key,
		"front-proxy-client.crt": proxy.Cert, "front-proxy-client.key": proxy.Key,
		"sa.pub": tokens.Cert, "sa.key": tokens.Key,
	}
	for name, text := range files {
		if err := writeFile(dir.pki(name), text, 0o600); err != nil {
			return err
		}
	}
	return nil
}

func writeUser(s *State, ca *pki.Authority, path, user string, groups []string) error {
	text, err := userKubeconfig(s, ca, user, groups)
	if err != nil {
		return err
	}
	return writeFile(path, text, 0o600)
}

func userKubeconfig(s *State, ca *pki.Authority, user string, groups []string) ([]byte, error) {
	client, err := ca.Client(user, groups)
	if err != nil {
		return nil, err
	}
	return pki.Kubeconfig(s.Options.Name, s.server(), ca.Cert, user, client)
}

// Kubeconfig makes a kubeconfig for any user and groups of a cluster.
func Kubeconfig(dir, user string, groups []string) ([]byte, error) {
	s, err := mustLoad(dir)
	if err != nil {
		return nil, err
	}
	cert, err1 := os.ReadFile(layout(dir).pki("ca.crt"))
	key, err2 := os.ReadFile(layout(dir).pki("ca.key"))
	if err := errors.Join(err1, err2); err != nil {
		return nil, fmt.Errorf("read certificate authority: %w", err)
	}
	ca, err := pki.LoadAuthority(pki.Pair{Cert: cert, Key: key})
	if err != nil {
		return nil, err
	}
	return userKubeconfig(s, ca, user, groups)
}
