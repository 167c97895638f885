// Package demand forecasts how much work will arrive for people: counts by interval of
// 15, 30 or 60 minutes, up to four weeks ahead, with quantiles, also of sums over hours and
// days, since a plan is made of sums and they are not the sums of quantiles.
//
// kubectl modcap forecast and the laboratory call it, and whoever plans shifts may. The
// rates by the second that pools of machines are scaled by are internal/forecast's.
//
// A forecast is a mean of many simple ones: profiles of the week by medians and means of
// different length, smoothed or not, with more or less of the level of late. At each origin
// of the past, a week apart, all were made with what was known then; the weights follow from
// their errors there, and the quantiles from the errors of the mean, by size, by slot of the
// week and by how far ahead, widened or narrowed until the past was covered as it should be.
// So nothing is set for a kind of traffic. What is not known is NaN and never zero; what was
// censored or is like no other day is left out of the fit.
//
// A forecast is followed through its day: Today raises or lowers the hours ahead by as much of
// what was missed as the same hours of the past show to go on.
//
// It must not read a clock, hold state between calls, or use anything after the origin for a
// forecast. The same series gives the same forecast.
package demand
