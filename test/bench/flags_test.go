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

package bench

import (
	"flag"
	"time"
)

// The sizes of BenchmarkCosts. The defaults are those of the targets, but for the restart: 10,000 maps take minutes to write.
var (
	fsync       = flag.Bool("fsync", false, "let etcd flush every write to disk before it answers")
	resultsPath = flag.String("results", "", "file in which BenchmarkCosts puts its results; none without it")
	rounds      = flag.Int("rounds", 5, "how often the operator and the raw client take turns")
	newMaps     = flag.Int("maps", 1000, "maps of a round of A, and in the cluster for C, E to H, J and K")
	restartMaps = flag.Int("restart-maps", 0, "maps in the cluster for C and K, if that is more than -maps")
	repetitions = flag.Int("repetitions", 3, "small maps of a round of B")
	manyTargets = flag.Int("targets", 500, "namespaces of the map of D")
	quietPeriod = flag.Duration("quiet", time.Minute, "how long E watches the operator do nothing")
	samples     = flag.Int("samples", 150, "revocations and repairs of F and G, and approvals of J")
	openEach    = flag.Int("open-requests", 10, "open requests about each map, in J")
	floodPeriod = flag.Duration("flood", 15*time.Second, "how long F measures beside each of the floods")
	fanOutMaps  = flag.Int("fan-out-maps", 16, "maps of the author who fans out, in F")
	fanOutTo    = flag.Int("fan-out-namespaces", 300, "namespaces that this author's maps reach")
	runs        = flag.Int("runs", 100, "runs of each command of the plugin for one map, in K")
	filedMaps   = flag.Int("filed-maps", 10_000, "maps in files that the plugin checks, in K")
	editedMaps  = flag.Int("edited-maps", 500, "maps of the author who edits all the time, in F")
)
