package main

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	w := worker{client: &http.Client{Timeout: 10 * time.Second}}
	flag.StringVar(&w.server, "server", "", "`address` of the server that hands out items, such as http://127.0.0.1:8080")
	flag.StringVar(&w.queue, "queue", "", "the `queue` to take items from")
	flag.StringVar(&w.pod, "pod", os.Getenv("POD_NAME"), "`name` of the pod that the worker runs in")
	flag.StringVar(&w.podinfo, "podinfo", "", "`file` of a downward API volume with metadata.annotations")
	flag.DurationVar(&w.grace, "grace", 30*time.Second, "the pod's terminationGracePeriodSeconds")
	flag.IntVar(&w.slots, "slots", 1, "items worked on at a time")
	flag.BoolVar(&w.careless, "careless", false, "take no notice of marks and of SIGTERM")
	flag.Parse()
	term := make(chan os.Signal, 1)
	signal.Notify(term, syscall.SIGTERM)
	if err := w.run(term, func() { fmt.Println("ready") }); err != nil {
		fmt.Fprintln(os.Stderr, "worker:", err)
		os.Exit(1)
	}
}
