#pragma once

#include "net/http.h"
#include "web/aws/context.h"

namespace tidemark::web::aws {

// The links that stand in messages to subscribers: opened without a signature, by programs and by
// people with a browser.

/// Whether a request may be such a link opened: a GET without signature and body. Whether its
/// operation is one of a link's is known only once it is decoded, see is_link_operation().
bool may_be_link(const net::HttpRequest& request, const AwsCall& call);
/// ConfirmSubscription, whose token proves enough, and Unsubscribe, of which the subscription says
/// whether it needs more. SNS takes both unsigned.
bool is_link_operation(const AwsCall& call);

/// What a person reads in place of the XML `reply` to a link's operation; the status is the same.
net::HttpResponse link_page(const AwsCall& call, const Answer& answer, int status);

}  // namespace tidemark::web::aws
