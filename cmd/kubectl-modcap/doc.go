// Command kubectl-modcap is a plugin of kubectl. For those who are on call it explains
// decisions and makes them again; for those who run the platform it simulates what the
// operator would do on recorded traffic; for those who plan shifts it shows plans, tries
// changes, and takes rosters from spreadsheets.
package main
