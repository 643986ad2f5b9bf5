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

// maps is what kubectl prints of the samples, without the age and with one space between columns.
var maps = []string{
	"NAMESPACE NAME READY REASON PO",
	"payments checkout True Ready dana",
	"people-tools leave-planner True Ready",
	"streaming family-tv True Ready product-office",
}

// routes are the parties that topics of product checkout go to.
var routes = []struct{ topic, class, goesTo, copied, decide string }{
	{"budget", "Approval", "acme-board", "dana", "acme-board"},
	{"feature-request", "FeatureRequest", "cashiers", "dana", "dana"},
}

// flatKey is a value that a shell reads.
var flatKey = struct{ jsonPath, value string }{`{.data.budget\.to\.slack}`, "#acme-approvals"}

// right is a verb on a topic of product checkout.
type right struct{ verb, topic string }

var rights = []right{{"approve", "budget"}, {"request", "feature-request"}, {"triage", "feature-request"}}

// persons ask the API server what they may do.
var persons = []struct {
	who string
	// as are kubectl's flags for being that person.
	as []string
	// may has an answer for each of rights.
	may []string
}{
	{"customer, in group acme:procurement", []string{"--as=bea", "--as-group=acme:procurement"}, []string{"yes", "no", "no"}},
	{"end user, in group acme:cashiers", []string{"--as=cem", "--as-group=acme:cashiers"}, []string{"no", "yes", "no"}},
	{"product owner, dana@vendor.example", []string{"--as=dana@vendor.example"}, []string{"no", "no", "yes"}},
	{"customer and end user, cfo@acme.example", []string{"--as=cfo@acme.example"}, []string{"yes", "yes", "no"}},
	{"another user", []string{"--as=mallory"}, []string{"no", "no", "no"}},
}

// mixUps are the rules that the broken sample breaks, and the subjects or topics.
var mixUps = []struct{ code, about string }{
	{"ProductOwnerIsCustomer", "sam@vendor.example"},
	{"UnacknowledgedOverlap", "manager@hotel.example"},
	{"UnknownTopic", "budgets"},
}

const auditorName = "ines@audit.example"

// auditor is a patch that makes a user a customer until a given time.
const auditor = `[{"op":"add","path":"/spec/customers/-","value":{"name":"auditor","validUntil":"%s",` +
	`"subjects":[{"kind":"User","name":"` + auditorName + `"}],"handles":[{"system":"email","value":"` + auditorName + `"}]}}]`

var revokedEvents = []string{"get", "events", "-n", "payments", "--field-selector=reason=Revoked", "-o", `jsonpath={.items[*].message}`}

const targetName = "checkout-prod"

// demoNamespaces are the namespaces of the samples, and the one that the demo creates by itself.
var demoNamespaces = []string{"payments", "streaming", "people-tools", "bookings", targetName}

// gatePolicy is the file of the admission gate's policy.
const gatePolicy = "config/components/admission-gate/policy.yaml"

// The patches that let product checkout run in a namespace, and the expected result.
var (
	createTarget   = []string{"create", "namespace", targetName}
	targetPatch    = `{"spec":{"targetNamespaces":{"names":["` + targetName + `"]}}}`
	targetStatus   = []string{"get", "smap", "checkout", "-n", "payments", "-o", `jsonpath={.status.conditions[?(@.type=="Ready")].status} {.status.conditions[?(@.type=="Ready")].reason} {.status.namespaces.ready} of {.status.namespaces.matched}`}
	targetBindings = []string{"get", "rolebindings", "-n", targetName, "-o", "custom-columns=ROLE:.roleRef.name,WHO:.subjects[*].name"}
	targetHolders  = "ROLE WHO stakeholders-customer acme:infosec,acme:procurement,cfo@acme.example " +
		"stakeholders-end-user acme:cashiers,ledger,cfo@acme.example stakeholders-product-owner dana@vendor.example"
)

const (
	requestName    = "checkout-1-4-0-release"
	requestFile    = "config/samples/v1alpha1_stakeholderrequest_expiring.yaml"
	requestPending = "Pending customer/acme-board"
	// approvedImage is the subject of the request, and otherImage is another one.
	approvedImage = "registry.example/shop/checkout@sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"
	otherImage    = "registry.example/shop/checkout:latest"
)

var (
	asPipeline   = []string{"--as=system:serviceaccount:payments:ci"}
	gateCommands = [][]string{
		{"apply", "-f", gatePolicy},
		{"annotate", "namespace", targetName, "stakeholders.dev/needs-approval=payments/checkout/release"},
		{"create", "rolebinding", "ci", "-n", "payments", "--clusterrole=edit", "--serviceaccount=payments:ci"},
		{"create", "rolebinding", "ci", "-n", targetName, "--clusterrole=edit", "--serviceaccount=payments:ci"},
	}
	requestAsked = []string{"get", "sreq", requestName, "-n", "payments", "-o", "jsonpath={.status.outcome} {.status.to[*]}"}
	approve      = []string{"patch", "sreq", requestName, "-n", "payments", "--type=json", "-p",
		`[{"op":"add","path":"/spec/responses","value":[{"by":"bea","groups":["acme:procurement"],"verdict":"Approve"}]}]`,
		"--as=bea", "--as-group=acme:procurement"}
)

// try is a command to try while it is up.
type try struct {
	args, what string
	// gated is true if the command is about the request that the chapter of the gate creates.
	gated bool
}

var (
	tries = []try{
		{"describe smap checkout -n payments", "conditions, findings, events", false},
		{"describe sreq checkout-1-4-0-release -n payments", "who was asked, who answered, what came of it", true},
		{"delete rolebinding --all -n payments", "list them again: the operator has restored them", false},
		{"apply -f config/samples/broken", "correct the file, and apply it again", false},
		{`patch smap checkout -n payments --type=merge -p '{"spec":{"productOwner":null}}'`, "refused", false},
	}
	triesWithoutSamples = []try{{"get stakeholdermaps -A", "there is none yet", false}}
)
