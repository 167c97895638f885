package pki

import (
	"encoding/json"
	"fmt"
)

// Kubeconfig is a self-contained kubeconfig for one user of one server, as JSON, which
// every kubeconfig reader takes because it is YAML.
func Kubeconfig(cluster, server string, ca []byte, user string, client Pair) ([]byte, error) {
	type object = map[string]any
	name := user + "@" + cluster
	out, err := json.MarshalIndent(object{
		"apiVersion": "v1",
		"kind":       "Config",
		"clusters": []object{{"name": cluster, "cluster": object{
			"server": server, "certificate-authority-data": ca,
		}}},
		"users": []object{{"name": user, "user": object{
			"client-certificate-data": client.Cert, "client-key-data": client.Key,
		}}},
		"contexts":        []object{{"name": name, "context": object{"cluster": cluster, "user": user}}},
		"current-context": name,
	}, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode kubeconfig: %w", err)
	}
	return append(out, '\n'), nil
}
