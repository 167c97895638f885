package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // shifts are in time zones, and the machine may know none
)

// options are the flags.
type options struct {
	kubeconfig string
	scenario   string
	listen     string
	addressTo  string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var o options
	flag.StringVar(&o.kubeconfig, "kubeconfig", os.Getenv("KUBECONFIG"), "kubeconfig `file` of the cluster")
	flag.StringVar(&o.scenario, "scenario", "", "scenario `file`: pools, queues, content and traffic")
	flag.StringVar(&o.listen, "listen", "127.0.0.1:0", "`address` of /metrics, /summary and /healthz")
	flag.StringVar(&o.addressTo, "address-file", "", "`file` to write the address to once it answers")
	flag.Parse()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "dataplane:", err)
		stop()
		os.Exit(1)
	}
}
