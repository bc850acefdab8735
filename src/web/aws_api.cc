#include "web/aws_api.h"

#include <atomic>
#include <map>

#include <fmt/format.h>

#include "base/log.h"
#include "base/once_in_a_while.h"
#include "base/worker.h"
#include "codec/gzip.h"
#include "codec/sigv4.h"
#include "web/aws/actions.h"
#include "web/aws/link_page.h"
#include "web/browser.h"
#include "web/outcome.h"

namespace tidemark::web {
namespace {

using aws::Answer;
using aws::AwsCall;
using aws::AwsError;
using aws::Context;
using aws::Reply;

struct Action {
  std::function<Answer(const Context&)> answer;             ///< on a query thread …
  std::function<void(const Context&, Reply)> answer_later;  ///< … or at once, replying later
};
using Actions = std::map<std::pair<std::string_view, std::string_view>, Action>;

Actions make_actions() {
  Actions out;
#define TM_AWS_ACTION(service, operation, function) \
  out[{#service, #operation}] = Action{aws::function, nullptr};
#define TM_AWS_ASYNC_ACTION(service, operation, function) \
  out[{#service, #operation}] = Action{nullptr, aws::function};
#include "web/aws/actions.def"
#undef TM_AWS_ACTION
#undef TM_AWS_ASYNC_ACTION
  return out;
}

codec::HttpView view_of(const net::HttpRequest& request, std::string_view body) {
  codec::HttpView out;
  out.method = request.method;
  out.path = request.path;
  out.query = request.query;
  out.body = body;
  out.header = [&request](std::string_view name) { return request.header(name); };
  return out;
}

/// `for_people`: a link's answer is a page to read.
net::HttpResponse to_http(const AwsCall& call, const Answer& answer, bool for_people) {
  auto reply =
      answer ? codec::encode_reply(call, *answer) : codec::encode_error(call, answer.error());
  if (for_people && aws::is_link_operation(call)) {
    return aws::link_page(call, answer, reply.status);
  }
  net::HttpResponse out;
  out.status = reply.status;
  for (auto& [name, value] : reply.headers)
    out.headers.push_back({std::move(name), std::move(value)});
  out.body = std::move(reply.body);
  return out;
}

/// The body as the client meant it. Only PutMetricData comes compressed from SDKs; any may.
tl::expected<std::string, AwsError> plain_body(net::HttpRequest& request) {
  const auto encoding = request.header("content-encoding");
  if (!encoding || encoding->empty() || *encoding == "identity") {
    if (request.body.size() <= AwsLimits::kBodyBytes) return std::move(request.body);
    return tl::unexpected(AwsError{"RequestEntityTooLarge",
                                   fmt::format("The request body has {} bytes, the limit is {}.",
                                               request.body.size(),
                                               AwsLimits::kBodyBytes),
                                   413,
                                   {}});
  }
  if (*encoding != "gzip") {
    return tl::unexpected(
        AwsError{"UnsupportedMediaTypeException",
                 "content-encoding \"" + std::string(*encoding) + "\" is not supported; gzip is",
                 415,
                 {}});
  }
  auto inflated = codec::inflate(request.body, AwsLimits::kBodyBytes);
  if (inflated) return *std::move(inflated);
  const bool too_large = inflated.error().code == Errc::limit;
  return tl::unexpected(AwsError{too_large ? "RequestEntityTooLarge" : "SerializationException",
                                 inflated.error().what,
                                 too_large ? 413 : 400,
                                 {}});
}

AwsError unserved(const AwsCall& call, const Actions& actions) {
  AwsError out = codec::unknown_operation(call);
  std::string served;
  for (const auto& [name, action] : actions) {
    if (name.first == call.service)
      served += (served.empty() ? "" : ", ") + std::string(name.second);
  }
  if (!served.empty()) {
    out.message = "Operation " + call.operation + " is not served here. Served are: " + served;
  }
  return out;
}

}  // namespace

struct AwsApi::State {
  State(AwsServices s, AwsOptions o) : services(s), options(std::move(o)), actions(make_actions()) {
    for (std::size_t i = 0; i < options.query_threads; ++i) {
      workers.push_back(std::make_unique<Worker>("tm-query-" + std::to_string(i), kQueueMax));
    }
  }

  /// As check_signature(); a refusal is counted, and told in the log now and then. Never with the
  /// key's id: who mixes up the two halves of a key sends the secret there.
  [[nodiscard]] std::optional<AwsError> let_in(const codec::HttpView& view,
                                               const std::string& peer) {
    auto refusal = check_signature(view);
    if (!refusal) return refusal;
    services.meter
        .counter(fmt::format("tidemark_auth_refused_total{{reason=\"{}\"}}", refusal->code))
        .add();
    if (const auto more = refused_lines.let_through(services.clock.now())) {
      log(LogLevel::warn,
          "an AWS call was refused for its signature",
          {{"peer", peer},
           {"reason", refusal->code},
           {"refused_since_last_line", std::to_string(*more + 1)}});
    }
    return refusal;
  }

  /// Counts an answered call with its time.
  void count(const AwsCall& call, int status, Instant start) const {
    const bool served = actions.contains({call.service, call.operation});
    const std::string operation = served ? call.operation : "unknown";
    services.meter
        .counter(fmt::format("tidemark_aws_answers_total{{operation=\"{}\",outcome=\"{}\"}}",
                             operation,
                             outcome_of(status)))
        .add();
    services.meter
        .counter(fmt::format("tidemark_aws_answer_seconds_total{{operation=\"{}\"}}", operation))
        .add(std::chrono::duration<double>(services.clock.now() - start).count());
  }

  [[nodiscard]] std::optional<AwsError> check_signature(const codec::HttpView& view) const {
    const auto keys = options.access_keys != nullptr ? options.access_keys->get() : nullptr;
    if (!keys || keys->empty()) {
      const auto scope = codec::signature_scope(view);
      if (!scope || codec::is_region(scope->region)) return std::nullopt;
      return AwsError{
          "SignatureDoesNotMatch", "Credential should be scoped to a valid region.", 403, {}};
    }
    const auto secret_of = [&keys](std::string_view id) -> std::optional<std::string> {
      const auto found = keys->find(id);
      return found == keys->end() ? std::nullopt : std::optional(found->second);
    };
    codec::SignatureRules rules;
    rules.now = services.clock.machine_wall();
    const auto verdict = codec::verify_sigv4(view, secret_of, rules);
    if (!verdict.refusal) return std::nullopt;
    return AwsError{verdict.refusal->code, verdict.refusal->message, verdict.refusal->status, {}};
  }

  /// Decodes the body. `link`: the signature was not checked, since it may be the link of a
  /// message; what turns out to be none must be signed as any other call.
  std::optional<AwsError> decode(const codec::HttpView& view,
                                 bool link,
                                 const std::string& peer,
                                 AwsCall* call) {
    if (auto refusal = codec::decode_body(view, call)) return refusal;
    const bool is_let_in = !link || aws::is_link_operation(*call);
    return is_let_in ? std::nullopt : let_in(view, peer);
  }

  static constexpr std::size_t kQueueMax = 256;
  AwsServices services;
  AwsOptions options;
  Actions actions;
  OnceInAWhile refused_lines{std::chrono::seconds(10)};
  std::vector<std::unique_ptr<Worker>> workers;
  std::atomic<std::size_t> next_worker{0};
};

AwsApi::AwsApi(AwsServices services, AwsOptions options)
    : state_(std::make_shared<State>(services, std::move(options))) {}

AwsApi::~AwsApi() {
  stop();
}

void AwsApi::stop() {
  for (auto& worker : state_->workers)
    worker->stop();
}

bool AwsApi::is_aws(const net::HttpRequest& request) {
  return codec::is_aws_request(view_of(request, request.body));
}

void AwsApi::handle(net::HttpRequest request, net::Respond respond) {
  auto call = std::make_shared<AwsCall>(
      codec::decode_head(view_of(request, request.body), make_uuid(state_->services.random)));
  const bool link = aws::may_be_link(request, *call);
  const bool for_people = link && is_from_browser(request);
  const Instant start = state_->services.clock.now();
  const Reply reply = [call, for_people, start, state = state_, respond = std::move(respond)](
                          const Answer& answer) {
    auto response = to_http(*call, answer, for_people);
    state->count(*call, response.status, start);
    respond(std::move(response));
  };
  const std::string peer = request.peer;
  const auto unsigned_or_wrong =
      link ? std::nullopt : state_->let_in(view_of(request, request.body), peer);
  if (unsigned_or_wrong) return reply(tl::unexpected(*unsigned_or_wrong));
  const auto body = plain_body(request);
  if (!body) return reply(tl::unexpected(body.error()));
  if (const auto refusal = state_->decode(view_of(request, *body), link, peer, call.get())) {
    return reply(tl::unexpected(*refusal));
  }
  const auto found = state_->actions.find({call->service, call->operation});
  if (found == state_->actions.end()) {
    return reply(tl::unexpected(unserved(*call, state_->actions)));
  }
  state_->services.meter
      .counter("tidemark_aws_calls_total{operation=\"" + std::string(found->first.second) + "\"}")
      .add();
  if (const auto refusal = codec::validate(*call)) return reply(tl::unexpected(*refusal));

  const Action& action = found->second;
  if (action.answer_later) {
    return action.answer_later(Context{state_->services, state_->options, *call}, reply);
  }
  auto& worker = state_->workers[state_->next_worker++ % state_->workers.size()];
  const bool taken = worker->try_post([state = state_, call, &action, reply] {
    reply(action.answer(Context{state->services, state->options, *call}));
  });
  if (!taken) {
    reply(tl::unexpected(
        AwsError{"ServiceUnavailable", "too many calls are waiting; try again", 503, {}}));
  }
}

namespace aws {

AwsError to_aws_error(const Error& error) {
  switch (error.code) {
    case Errc::invalid:
      return {"InvalidParameterValueException", error.what, 0, {}};
    case Errc::not_found:
      return {"ResourceNotFoundException", error.what, 0, {}};
    case Errc::limit:
      return {"LimitExceededException", error.what, 0, {}};
    case Errc::denied:
      return {"AccessDenied", error.what, 403, {}};
    case Errc::overloaded:
    case Errc::unavailable:
    case Errc::timeout:
      return {"ServiceUnavailable", error.what, 503, {}};
    default:
      break;
  }
  log(LogLevel::error, "a call failed", {{"error", error.what}});
  // What the disk says names folders of this machine: that is for its log.
  const bool of_the_disk = error.code == Errc::io;
  return {"InternalServiceFault", of_the_disk ? "the disk failed" : error.what, 500, {}};
}

AwsError to_aws_error(const alarm::AlarmError& error) {
  return {error.code,
          error.message,
          error.kind == Errc::internal || error.kind == Errc::io ? 500 : 0,
          {}};
}

}  // namespace aws
}  // namespace tidemark::web
