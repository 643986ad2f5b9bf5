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

package cluster

import (
	"context"
	"errors"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
)

// Explain turns an error of the API server, or of the way to it, into one that says what to do. Doing names what was
// tried, such as "read StakeholderMap payments/checkout". An error that is already explained stays as it is.
func (c *Cluster) Explain(doing string, err error) error {
	var network net.Error
	switch {
	case err == nil:
		return nil
	case failure.Code(err) != failure.CodeUsage:
		return err
	case errors.Is(err, context.Canceled):
		return failure.Cluster("cannot %s: interrupted", doing)
	case apierrors.IsUnauthorized(err):
		return failure.Cluster("cannot %s: %s does not know who you are. Log in again, or choose another user with --context", doing, c.Server)
	case apierrors.IsForbidden(err):
		return failure.Cluster("cannot %s: %w", doing, &refusal{err})
	case meta.IsNoMatchError(err), isKindMissing(err):
		return failure.Cluster("cannot %s: %s", doing, c.missing())
	case errors.As(err, &network), apierrors.IsServiceUnavailable(err), apierrors.IsServerTimeout(err), apierrors.IsTimeout(err):
		return failure.Cluster("cannot %s: %s does not answer: %w. Check --context%s", doing, c.Server, withoutURL(err), c.orFiles)
	default:
		return failure.Cluster("cannot %s: %w", doing, err)
	}
}

// withoutURL removes the method and the URL from an error of the way to the API server, because they are long.
func withoutURL(err error) error {
	if requested, ok := errors.AsType[*url.Error](err); ok {
		return requested.Err
	}
	return err
}

// IsForbidden reports whether the API server refuses a request, also if the error is explained.
func IsForbidden(err error) bool { return err != nil && apierrors.IsForbidden(err) }

// refusal is an error of the API server that names the user and the right that the user lacks.
type refusal struct{ error }

// Unwrap lets callers see the kind of the error.
func (r *refusal) Unwrap() error { return r.error }

// Error says who the user is and which right is missing, or why admission refuses.
func (r *refusal) Error() string {
	text := r.error.Error()
	if found := missingRight.FindStringSubmatch(text); found != nil {
		return explainRight(found)
	}
	if _, reason, found := strings.Cut(text, "denied request: "); found {
		return reason
	}
	return text
}

// missingRight is how the authorizer of the API server says it: `… is forbidden: User "jane" cannot get resource
// "stakeholdermaps" in API group "stakeholders.dev" in the namespace "payments"`, and perhaps more.
var missingRight = regexp.MustCompile(`(?s)is forbidden: User ("(?:[^"\\]|\\.)*") cannot (\S+) resource "([^"]*)" in API group "([^"]*)" (?:in the namespace "([^"]*)"|at the cluster scope)`)

// explainRight puts what missingRight has found in a sentence.
func explainRight(found []string) string {
	user, err := strconv.Unquote(found[1])
	if err != nil {
		user = found[1]
	}
	verb, resource, group, namespace := found[2], found[3], found[4], found[5]
	if group != "" {
		resource += "." + group
	}
	where, admin := "in namespace "+namespace, "the namespace"
	if namespace == "" {
		where, admin = "in the whole cluster", "the cluster"
	}
	return user + " may not " + verb + " " + resource + " " + where + ". Ask an admin of " + admin + " for this right, or choose another user with --context"
}

// isKindMissing reports whether the API server does not serve a kind at all, so that no object can be found.
func isKindMissing(err error) bool {
	var status apierrors.APIStatus
	return errors.As(err, &status) && apierrors.IsNotFound(err) && (status.Status().Details == nil || status.Status().Details.Name == "")
}
