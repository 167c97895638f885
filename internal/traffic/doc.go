// Package traffic makes the arrivals of a moderation queue, second by second:
// generated from a Profile, or replayed from a trace of real counts.
//
// The data plane of the laboratory and the trace command of kubectl modcap call it;
// the operator does not. A Source is deterministic: the same declaration and seed
// give the same counts. It must not read clocks or files: internal/trace reads traces.
//
// # Where the magnitudes come from
//
// Presets of a Profile take their shape from public arrival data. Peak to mean
// and dispersion are of the counts as published, in the bins named:
//
//   - Daily curve: peak to mean 1.7 by the hour, 1.84 by the minute, of a busy
//     function of the Azure Functions 2019 data set (Shahrad et al., "Serverless in
//     the Wild", USENIX ATC 2020; five days, 48 a second).
//   - LIVE event: the day of the STS-70 launch, 13 July 1995, in the NASA-HTTP logs
//     of the Internet Traffic Archive reached 8.6 times the month's mean by the
//     minute and 5.2 times by the hour; match days of the WorldCup98 logs of the
//     same archive (Arlitt and Jin, HPL-1999-35) 8.4 and 6.1 times.
//   - Social surge: mentions of a company on Twitter in the Numenta Anomaly
//     Benchmark (Lavin and Ahmad, ICMLA 2015), ticker GOOG: 22 times the mean in
//     five minutes, 8.0 times by the hour; ticker AAPL: 158 and 72 times.
//   - Dispersion (variance over mean) of counts: live chat 1.35 to 1.59 by the
//     second (YouTube Live chat messages); NASA-HTTP 3.5 by the minute once the
//     trend is removed.
package traffic
