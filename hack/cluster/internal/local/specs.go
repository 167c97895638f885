package local

import (
	"fmt"
	"slices"
)

// The processes of a cluster; each but kubectl and promtool is also the name of a binary.
const (
	etcd              = "etcd"
	apiServer         = "kube-apiserver"
	controllerManager = "kube-controller-manager"
	scheduler         = "kube-scheduler"
	kwok              = "kwok"
	prometheus        = "prometheus"
)

// phases are the processes that are started together; each phase waits for the one before.
func phases() [][]string {
	return [][]string{{etcd, prometheus}, {apiServer}, {controllerManager, scheduler, kwok}}
}

func processNames() []string { return slices.Concat(phases()...) }

const (
	clusterIPRange = "10.96.0.0/16" // Services'
	clusterDomain  = "https://kubernetes.default.svc"
	nodeIP         = "10.64.0.1"     // what fake nodes say; nothing listens there
	podRange       = "10.128.0.1/10" // what fake pods say
)

// specs are the command lines, in the order of the start, of a cluster with its ports and
// binaries known.
func specs(s *State) []Process {
	dir := layout(s.Options.Dir)
	at := func(name string) string { return address(s.Ports[name]) }
	client := dir.userConf
	list := []Process{
		{Name: etcd, Health: "http://" + at(etcd) + "/readyz", Args: []string{
			"--name=default", "--data-dir=" + dir.data(etcd), "--log-level=warn",
			"--listen-client-urls=http://" + at(etcd), "--advertise-client-urls=http://" + at(etcd),
			"--listen-peer-urls=http://127.0.0.1:0",
			"--unsafe-no-fsync", // The data outlives the process, not the machine.
		}},
		{Name: prometheus, Health: "http://" + at(prometheus) + "/-/ready", Args: prometheusArgs(s, dir)},
		{Name: apiServer, Health: s.server() + "/readyz", Args: apiServerArgs(s, dir)},
		{Name: controllerManager, Health: "https://" + at(controllerManager) + "/healthz", Args: append([]string{
			"--kubeconfig=" + client(controllerManager), "--use-service-account-credentials",
			"--service-account-private-key-file=" + dir.pki("sa.key"), "--root-ca-file=" + dir.pki("ca.crt"),
			"--horizontal-pod-autoscaler-sync-period=5s",
		}, controllerArgs(s, dir, controllerManager)...)},
		{Name: scheduler, Health: "https://" + at(scheduler) + "/readyz", Args: append([]string{
			"--kubeconfig=" + client(scheduler),
		}, controllerArgs(s, dir, scheduler)...)},
		{Name: kwok, Health: "http://" + at(kwok) + "/readyz", Args: []string{
			"--kubeconfig=" + client(kwok), "--config=" + dir.conf("kwok.yaml"), "--manage-all-nodes",
			"--server-address=" + at(kwok), fmt.Sprintf("--node-port=%d", s.Ports[kwok]),
			"--node-ip=" + nodeIP, "--cidr=" + podRange, "--node-lease-duration-seconds=40",
		}},
	}
	for i := range list {
		list[i].Args = append([]string{s.Binaries[list[i].Name]}, list[i].Args...)
		list[i].Log = dir.log(list[i].Name)
	}
	return list
}

// server is the API server's address.
func (s *State) server() string { return "https://" + address(s.Ports[apiServer]) }

func apiServerArgs(s *State, dir layout) []string {
	return []string{
		"--etcd-servers=http://" + address(s.Ports[etcd]),
		"--bind-address=127.0.0.1", fmt.Sprintf("--secure-port=%d", s.Ports[apiServer]),
		// The kubernetes Service gets no endpoints: Endpoints may not hold loopback addresses.
		"--endpoint-reconciler-type=none",
		"--service-cluster-ip-range=" + clusterIPRange,
		"--tls-cert-file=" + dir.pki("serving.crt"), "--tls-private-key-file=" + dir.pki("serving.key"),
		"--client-ca-file=" + dir.pki("ca.crt"), "--authorization-mode=RBAC",
		"--service-account-issuer=" + clusterDomain,
		"--service-account-key-file=" + dir.pki("sa.pub"),
		"--service-account-signing-key-file=" + dir.pki("sa.key"),
		// An extension API server, such as one for external metrics, can be registered.
		"--requestheader-client-ca-file=" + dir.pki("front-proxy-ca.crt"),
		"--requestheader-allowed-names=front-proxy-client",
		"--requestheader-username-headers=X-Remote-User", "--requestheader-group-headers=X-Remote-Group",
		"--requestheader-extra-headers-prefix=X-Remote-Extra-",
		"--proxy-client-cert-file=" + dir.pki("front-proxy-client.crt"),
		"--proxy-client-key-file=" + dir.pki("front-proxy-client.key"),
		"--audit-policy-file=" + dir.conf("audit.json"), "--audit-log-path=" + dir.audit(),
		"--audit-log-maxsize=4096", // MiB: never rotated, tests count its lines.
		// Without it, a server told to stop keeps the watches, and itself, for another minute.
		"--shutdown-watch-termination-grace-period=1s",
		"--profiling=false",
	}
}

// controllerArgs are what controller manager and scheduler have in common. Their client
// limits are raised so that a scale-up by hundreds of pods takes seconds, not a minute.
func controllerArgs(s *State, dir layout, name string) []string {
	return []string{
		"--leader-elect=false", "--bind-address=127.0.0.1", fmt.Sprintf("--secure-port=%d", s.Ports[name]),
		"--tls-cert-file=" + dir.pki("serving.crt"), "--tls-private-key-file=" + dir.pki("serving.key"),
		"--kube-api-qps=200", "--kube-api-burst=400", "--profiling=false",
	}
}

func prometheusArgs(s *State, dir layout) []string {
	config := s.Options.PrometheusConfig
	if config == "" {
		config = dir.conf("prometheus.yaml")
	}
	return []string{
		"--config.file=" + config, "--storage.tsdb.path=" + dir.data(prometheus),
		"--web.listen-address=" + address(s.Ports[prometheus]), "--web.enable-lifecycle",
		"--storage.tsdb.retention.time=30d", "--log.level=warn",
		"--scrape.discovery-reload-interval=100ms", // New targets are scraped as soon as they are found.
	}
}
