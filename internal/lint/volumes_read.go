package lint

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/modcap/modcap/api/v1alpha1"
	"github.com/modcap/modcap/internal/csvfile"
	"github.com/modcap/modcap/internal/resolve"
)

// Columns of a file of volumes.
const (
	columnQueue   = "queue"
	columnMarket  = "market"
	columnPerHour = "itemsPerHour"
)

const (
	// mostPerHour is more than any platform has.
	mostPerHour = 1e12
	// mostWrong is how many lines of a file are said to be wrong.
	mostWrong = 10
)

// ReadVolumes reads a file of what comes to queues: CSV with the column itemsPerHour, and queue and market where they are told
// apart. Errors name the line.
func ReadVolumes(data []byte) ([]Volume, error) {
	r, err := csvfile.Open(data)
	if err != nil {
		return nil, err
	}
	head, err := r.Read()
	if err != nil {
		return nil, errors.New("the file is empty; its first line names the columns queue, market and itemsPerHour")
	}
	at, err := volumeColumns(head)
	if err != nil {
		return nil, fmt.Errorf("line 1: %w", err)
	}
	return volumeRows(r, at)
}

func volumeRows(r *csv.Reader, at map[string]int) (out []Volume, err error) {
	var wrong []error
	for seen := map[[2]string]bool{}; len(wrong) < mostWrong; {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			wrong = append(wrong, csvfile.Located(r, err))
			break
		}
		v, err := volumeOf(record, at)
		if key := [2]string{v.Queue, v.Market}; err == nil && seen[key] {
			err = errors.New("the queue and market were there before")
		} else {
			seen[key] = true
		}
		if err != nil {
			wrong = append(wrong, csvfile.Located(r, err))
		}
		out = append(out, v)
	}
	if len(wrong) == 0 && len(out) == 0 {
		wrong = append(wrong, errors.New("the file has no rows"))
	}
	return out, errors.Join(wrong...)
}

func volumeColumns(head []string) (map[string]int, error) {
	at, all := map[string]int{}, []string{columnQueue, columnMarket, columnPerHour}
	for i, name := range head {
		name = strings.TrimSpace(name)
		if !slices.Contains(all, name) {
			return nil, fmt.Errorf("the column %.40q is none of %s", name, strings.Join(all, ", "))
		}
		if _, twice := at[name]; twice {
			return nil, fmt.Errorf("the column %s is there twice", name)
		}
		at[name] = i
	}
	if _, ok := at[columnPerHour]; !ok {
		return nil, fmt.Errorf("there is no column %s", columnPerHour)
	}
	return at, nil
}

func volumeOf(record []string, at map[string]int) (v Volume, err error) {
	cell := func(column string) string {
		if i, ok := at[column]; ok {
			return strings.TrimSpace(record[i])
		}
		return ""
	}
	v.Queue, v.Market = cell(columnQueue), cell(columnMarket)
	if v.Market != "" && !resolve.KnownMarket(v1alpha1.Market(v.Market)) {
		return v, fmt.Errorf("column market: %.40q is the code of no market; write two capitals of ISO 3166-1, such as BR", v.Market)
	}
	v.PerHour, err = strconv.ParseFloat(cell(columnPerHour), 64)
	if err != nil || math.IsNaN(v.PerHour) || v.PerHour < 0 || v.PerHour > mostPerHour {
		return v, fmt.Errorf("column %s: %.40q is not how many items come in an hour, such as 8300", columnPerHour, cell(columnPerHour))
	}
	return v, nil
}
