package local

import "path/filepath"

// layout names the files of a cluster's folder.
type layout string

func (l layout) join(part ...string) string {
	return filepath.Join(append([]string{string(l)}, part...)...)
}

func (l layout) state() string            { return l.join("cluster.json") }
func (l layout) kubeconfig() string       { return l.join("kubeconfig") }
func (l layout) env() string              { return l.join("env") }
func (l layout) logs() string             { return l.join("logs") }
func (l layout) log(name string) string   { return l.join("logs", name+".log") }
func (l layout) audit() string            { return l.join("logs", "audit.log") }
func (l layout) data(name string) string  { return l.join("data", name) }
func (l layout) pki(name string) string   { return l.join("pki", name) }
func (l layout) conf(name string) string  { return l.join("config", name) }
func (l layout) targets() string          { return l.join("targets") }
func (l layout) rules() string            { return l.join("rules") }
func (l layout) userConf(u string) string { return l.join("pki", u+".kubeconfig") }

// removable lists what taking the cluster down deletes, logs aside; the state file is
// last, so that an interrupted removal can be repeated.
func (l layout) removable() []string {
	return []string{
		l.join("data"), l.join("pki"), l.join("config"), l.targets(), l.rules(), l.env(), l.kubeconfig(), l.state(),
	}
}
