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

// route is whom a topic of product checkout goes to, as config/samples says.
type route struct {
	topic                  string
	goesTo, copied, decide []string
}

var routes = []route{
	{"budget", []string{"acme-board"}, []string{"dana"}, []string{"acme-board"}},
	{"feature-request", []string{"cashiers"}, []string{"dana"}, []string{"dana"}},
}

// person asks the API server what he may do.
type person struct {
	who string
	// as are kubectl's flags for being that person.
	as []string
	// may has an answer for each of rights.
	may []bool
}

// right is a verb on a topic of product checkout.
type right struct{ verb, topic string }

var rights = []right{{"approve", "budget"}, {"request", "feature-request"}, {"triage", "feature-request"}}

var persons = []person{
	{"customer (in group acme:procurement)", []string{"--as=bea", "--as-group=acme:procurement"}, []bool{true, false, false}},
	{"end user (in group acme:cashiers)", []string{"--as=cem", "--as-group=acme:cashiers"}, []bool{false, true, false}},
	{"product owner (dana@vendor.example)", []string{"--as=dana@vendor.example"}, []bool{false, false, true}},
	{"anybody else", []string{"--as=mallory"}, []bool{false, false, false}},
}

// readiness is what each map should say of itself.
var readiness = []struct{ namespace, name, ready, reason string }{
	{"payments", "checkout", "True", "Ready"},
	{"streaming", "family-tv", "True", "Ready"},
	{"people-tools", "leave-planner", "True", "Ready"},
	{"bookings", "room-booking", "False", "SeveralRulesBroken"},
}

// mixUps are the rules that the broken sample breaks.
var mixUps = []string{"ProductOwnerIsCustomer", "UnacknowledgedOverlap", "UnknownTopic"}

// toTry is what to do with the cluster while it is up.
var toTry = []string{
	"kubectl describe smap checkout -n payments          # conditions, findings, events",
	"kubectl get cm checkout-routing -n payments -o yaml # what tools read",
	"kubectl delete rolebinding --all -n payments        # and look again: they are back",
	"kubectl edit smap room-booking -n bookings          # mend it, and see it become Ready",
}
