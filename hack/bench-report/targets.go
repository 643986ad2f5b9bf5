/*
Copyright 2026 The stakeholder-operator authors.

Licensed under the Apache License, Version 2.0 (the "License");
you may not use this file except in compliance with the License.
You may obtain a copy of the License at

    http://www.apache.org/licenses/LICENSE-2.0

Unless required by applicable law or agreed to in writing, software
distributed under the License is distributed on an "AS IS" BASIS,
WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
See the License for the specific language governing permissions and
limitations under the License.
*/

package main

// target is a line of the table: what is measured, its earlier value, and its maximum.
type target struct {
	scenario, what string
	// before is the value that was measured before the costs were reduced, in words.
	before string
	values []value
	// details are further metrics for comparison.
	details []value
}

// value is a metric in the unit in which it is shown.
type value struct {
	metric string
	// bound is in the unit of the metric. Negative: there is none.
	bound float64
}

// shown is a value without a bound.
func shown(metric string) value { return value{metric, -1} }

// withinBlink are the times of a command of the plugin, which has to answer before a user notices that they wait.
func withinBlink(command string) []value {
	const bound = 100
	return []value{{command + "-p50", bound}, {command + "-p95", bound}, {command + "-p99", bound}}
}

// before and the bounds were measured and set on two cores. The CPU that a map cost before was measured at commit 2e2eb71, on
// the machine of docs/project/benchmarks.md: the bounds are half of it and a quarter.
var targets = []target{
	{
		"A", "many maps, created as fast as possible, until all are ready: time ÷ raw", "1.5 to 1.8, of a raw client that wrote a larger table",
		[]value{{"ratio", 1}}, []value{shown("operator"), shown("raw")},
	},
	{"A", "the operator's writes for a new map, events among them · reads", "13 · 8", []value{{"writes", 9}, {"reads", 1}}, nil},
	{
		"A", "CPU for a new map: API server beyond the user's own create · operator", "51.6 ms · 11.2 ms", []value{{"api-server-cpu", 25.8}, {"operator-cpu", 2.8}},
		[]value{shown("raw-api-server-cpu"), shown("creation-cpu")},
	},
	{"B", "one small map, idle, created until ready: median ÷ raw", "1.04 (583 ms)", []value{{"small-ratio", 0.45}}, []value{shown("small-operator"), shown("small-raw")}},
	{
		"B", "the same for a map of 10 customers, 30 end-user parties with topics of their own, and 20 topics", "5 s",
		[]value{{"big-ratio", 0.15}}, []value{shown("big-operator"), shown("big-raw")},
	},
	{
		"C", "restart: writes · until the queue is empty · settled memory (at 10,000 maps)", "0 · not measured · about 450 MiB",
		[]value{{"writes", 0}, {"until-empty", 15}, {"memory", 160}}, []value{shown("heap")},
	},
	{"D", "one map in many namespaces: time ÷ raw", "1.9, as system:masters", []value{{"ratio", 1.15}}, []value{shown("operator"), shown("raw")}},
	{"E", "requests in a quiet period, but for leases and watches", "0", []value{{"requests", 0}}, nil},
	{
		"F", "revocation, idle: p50 · p99; p99 while maps are created as in A", "81 ms · 322 ms; 28 s",
		[]value{{"idle-p50", 50}, {"idle-p99", 150}, {"new-maps-p99", 1000}}, []value{shown("raw-write-p50"), shown("new-maps-p50")},
	},
	{
		"F", "revocation of another tenant, median, while one author fans out · edits 50 times a second · changes a label 5 times a second", "125 s · 20 s · 2.2 s",
		[]value{{"fan-out-median", 1000}, {"edits-median", 1000}, {"labels-median", 300}},
		[]value{shown("fan-out-longest"), shown("edits-longest"), shown("labels-longest")},
	},
	{"G", "drift repaired: p50 · p99", "32 ms · 230 ms", []value{{"p50", 30}, {"p99", 150}}, nil},
	{
		"H", "writes ÷ objects that had to change: the policy changes · a namespace is relabelled", "1", []value{{"policy-ratio", 1}, {"namespace-ratio", 1}},
		[]value{shown("policy-changed"), shown("policy-reads"), shown("namespace-changed"), shown("namespace-reads"), shown("policy-events"), shown("namespace-events")},
	},
	{"I", "validate, route and render a typical map · the largest", "not measured", []value{{"typical", 0.1}, {"largest", 30}}, nil},
	{
		"J", "the operator's writes · events · reads when a request is asked", "not measured",
		[]value{{"asked-writes", 1}, {"asked-events", 1}, {"asked-reads", 3}}, nil,
	},
	{
		"J", "the same when it is answered, and nothing is decided yet", "not measured",
		[]value{{"answered-writes", 1}, {"answered-events", 1}, {"answered-reads", 3}}, nil,
	},
	{
		"J", "the same when the last answer approves it, until its subject is open in one namespace", "not measured",
		[]value{{"approved-writes", 3}, {"approved-events", 2}, {"approved-reads", 8}}, nil,
	},
	{
		"J", "CPU of the API server beyond the user's own write, when a request is asked · answered · approved", "not measured",
		[]value{{"asked-api-server-cpu", 15}, {"answered-api-server-cpu", 20}, {"approved-api-server-cpu", 40}},
		[]value{shown("asked-operator-cpu"), shown("answered-operator-cpu"), shown("approved-operator-cpu")},
	},
	{
		"J", "from the answer until the API server says that the subject is open, p50 · p99; the same for the first one of a map", "not measured",
		[]value{{"open-p50", 100}, {"open-p99", 300}, {"first-open-p50", 250}, {"first-open-p99", 500}},
		[]value{shown("approved-p50"), shown("approved-p99")},
	},
	{
		"J", "from the deletion of a request until the API server says that its subject is closed, p50 · p99", "not measured",
		[]value{{"closed-p50", 50}, {"closed-p99", 150}}, nil,
	},
	{
		"J", "restart with open requests about all maps: writes · memory for each request · an edit of a map: writes ÷ requests about it", "not measured",
		[]value{{"open-writes", 0}, {"open-memory", 6}, {"open-edit-ratio", 1}}, []value{shown("open-until-empty")},
	},
	{"K", "`kubectl stakeholders lint -f` of one map, from process start: p50 · p95 · p99", "not measured", withinBlink("lint"), nil},
	{"K", "the same for `ask -f`", "not measured", withinBlink("ask"), nil},
	{"K", "the same for `render -f`", "not measured", withinBlink("render"), nil},
	{"K", "`lint -f` of a folder of 10,000 maps: time · peak memory", "not measured", []value{{"lint-many", 20}, {"lint-many-memory", 300}}, nil},
	{
		"K", "`list -A`, in chunks (at 10,000 maps): peak memory", "not measured", []value{{"list-memory", 300}},
		[]value{shown("list-of-10-memory"), shown("list"), shown("list-requests"), shown("list-chunks")},
	},
}
