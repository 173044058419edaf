//go:build unix

package process_test

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"
)

// spent is the CPU time of the test so far, which other work on the machine does
// not change much.
func spent(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkProcess runs five processors over 3,500 components, and none, for
// the difference.
func BenchmarkProcess(b *testing.B) {
	five := `
processors:
  - {name: one, when: '.kind == "Component"', annotations: {a.example/dash: 'https://dash.example/\(.metadata.name)'}}
  - {name: two, when: '.spec.type == "service"', set: {.spec.tier: '.metadata.labels.tier // "none"'}}
  - {name: three, jq: '.metadata.title = (.metadata.name | ascii_upcase)'}
  - {name: four, when: '.metadata.tags | index("go")', tags: [golang]}
  - {name: five, when: '.spec.lifecycle == "retired"', drop: it is retired}
`
	files := map[string]string{}
	for i := range 700 {
		var docs []string
		for j := range 5 {
			docs = append(docs, component(fmt.Sprintf("c%d-%d", i, j), whole+", dependsOn: ['component:a', 'component:b']"))
		}
		files[fmt.Sprintf("d%d/catalog-info.yaml", i)] = strings.Join(docs, "---\n")
	}
	for name, cfg := range map[string]string{"none": "derive: {annotations: false, codeowners: off, topics: false}", "derive": "", "five": five} {
		b.Run(name, func(b *testing.B) {
			before := spent(b)
			for b.Loop() {
				if es, _ := read(b, cfg, files); len(es) != 3500 {
					b.Fatal(len(es))
				}
			}
			b.ReportMetric(float64((spent(b)-before).Milliseconds())/float64(b.N), "cpu-ms/op")
		})
	}
}
