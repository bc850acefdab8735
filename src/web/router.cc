#include "web/router.h"

#include <fmt/format.h>

#include "base/worker.h"
#include "web/ui_files.h"

namespace tidemark::web {

struct Router::State {
  explicit State(Doors d) : doors(std::move(d)) {}
  Doors doors;
  Worker admin{"tm-admin", 64};  // one at a time: a clock that advances must not be overtaken
};

Router::Router(Doors doors) : state_(std::make_unique<State>(std::move(doors))) {}

Router::~Router() {
  stop();
}

void Router::stop() {
  state_->admin.stop();
}

void Router::handle(net::HttpRequest request, net::Respond respond) {
  if (AdminDoor::is_admin(request)) {
    auto shared = std::make_shared<net::HttpRequest>(std::move(request));
    const bool taken = state_->admin.try_post(
        [this, shared, respond] { respond(state_->doors.admin.answer(*shared)); });
    if (!taken) respond(net::json_error(503, "overloaded", "too many requests to /-/ wait"));
    return;
  }
  if (OwnApi::is_own(request))
    return state_->doors.own.handle(std::move(request), std::move(respond));
  if (request.path == "/sns/cert.pem" && request.method == "GET") {
    return respond({200,
                    {{"Content-Type", "application/x-pem-file"}},
                    state_->doors.signing_certificate,
                    nullptr});
  }
  if (AwsApi::is_aws(request))
    return state_->doors.aws.handle(std::move(request), std::move(respond));
  if (auto page = answer_ui(request)) return respond(*std::move(page));
  respond(net::json_error(404, "not_found", fmt::format("there is nothing at {}", request.path)));
}

}  // namespace tidemark::web
