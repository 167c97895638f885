// Package scene turns the demo's scenario into one that replays real traces.
//
// The demo calls WithTraces when it is given a folder of trace files. It must not
// write files.
//
// # Which file drives which queue
//
// The first that the folder has, by name; each name stands for a public data set:
//
//	queue           trace, in order of preference
//	live-chat       nasa_http_jul95_60s (the launch day of STS-70), nasa_http_jul13_1s, wc98_group_stage_60s
//	comments        nab_twitter_goog_5m (mentions of a company), nab_twitter_aapl_5m, twitter_stream_2021_60s
//	search          azure_func2019_high_diurnal_60s (a day's curve), wc98_may_60s
//	account-review  nab_elb_requests_5m (a load balancer), azure_func2019_burst_diurnal_60s
//	appeals         bank_calls_us_5m (calls to people), denver_ems_calls_1h
//
// A queue whose files are all missing takes the first file of the folder that no
// other queue took and that can be read. Each trace is scaled so that its busiest
// time has the rate of the generated scenario's, and comes at the same moment.
package scene
