package proc

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// Identity names one process for good.
type Identity struct {
	// PID is the process id; 0 means no process.
	PID int `json:"pid"`
	// StartTime is when it started, in clock ticks since boot (field 22 of /proc/PID/stat).
	StartTime uint64 `json:"startTime"`
	// BootID is the machine's boot, as in /proc/sys/kernel/random/boot_id.
	BootID string `json:"bootID"`
}

// Alive says whether this very process runs. A zombie does not.
func (id Identity) Alive() bool {
	if id.PID <= 0 {
		return false
	}
	state, start, err := readStat(id.PID)
	if err != nil || state == 'Z' || state == 'X' || start != id.StartTime {
		return false
	}
	boot, err := bootID()
	return err == nil && boot == id.BootID
}

func identify(pid int) (Identity, error) {
	_, start, err := readStat(pid)
	if err != nil {
		return Identity{}, err
	}
	boot, err := bootID()
	if err != nil {
		return Identity{}, err
	}
	return Identity{PID: pid, StartTime: start, BootID: boot}, nil
}

func bootID() (string, error) {
	out, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return "", fmt.Errorf("read boot id: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}

func readStat(pid int) (state byte, start uint64, err error) {
	out, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, 0, fmt.Errorf("read process %d: %w", pid, err)
	}
	return parseStat(string(out))
}

// parseStat takes the state and the start time from a /proc/PID/stat line. The second
// field, the command in parentheses, may itself hold blanks and parentheses, so fields
// are counted from the last closing one.
func parseStat(line string) (state byte, start uint64, err error) {
	end := strings.LastIndexByte(line, ')')
	if end < 0 {
		return 0, 0, errors.New("parse process: no command")
	}
	const stateField, startField = 3, 22
	field := strings.Fields(line[end+1:])
	if len(field) <= startField-stateField {
		return 0, 0, fmt.Errorf("parse process: %d fields after the command", len(field))
	}
	start, err = strconv.ParseUint(field[startField-stateField], 10, 64)
	if err != nil {
		return 0, 0, fmt.Errorf("parse process: start time: %w", err)
	}
	return field[0][0], start, nil
}
