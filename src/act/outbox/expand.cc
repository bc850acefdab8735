#include "act/outbox/expand.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "act/arn.h"
#include "act/message/alarm_message.h"
#include "act/outbox/parcel.h"
#include "act/sns/documents.h"
#include "codec/json.h"

namespace tidemark::act {
namespace {

const Topic* find_topic(const Expander::Directory& directory, const std::string& arn) {
  const auto found = std::find_if(directory.topics.begin(),
                                  directory.topics.end(),
                                  [&](const Topic& topic) { return topic.arn == arn; });
  return found == directory.topics.end() ? nullptr : &*found;
}

std::string unsupported(const std::string& action) {
  const auto arn = parse_arn(action);
  if (!arn) return fmt::format("\"{}\" is no action that is known here", action);
  return fmt::format("action type \"{}\" is not supported here", arn->service);
}

bool is_topic(const std::string& action) {
  const auto arn = parse_arn(action);
  return arn && arn->service == "sns";
}

}  // namespace

/// The expansion of one row.
class Expander::Row {
 public:
  Row(const Deps& deps, const OutboxRow& row, const Directory& directory)
      : deps_(deps), row_(row), directory_(directory), now_(deps.clock.machine_wall()) {
    parcel_.action = row.action;
    expansion_.outbox_id = row.id;
  }

  std::vector<ControlChange> changes() {
    if (row_.kind == "publish") {
      expand_publication();
    } else {
      expand_transition();
    }
    std::vector<ControlChange> out{std::move(expansion_)};
    for (HistoryItem& item : history_)
      out.emplace_back(std::move(item));
    return out;
  }

 private:
  void expand_transition() {
    const auto transition = transition_from_json(row_.body);
    if (!transition) return add_dead("the outbox row cannot be read: " + transition.error().what);
    alarm_name_ = transition->alarm_name;
    parcel_.alarm_type = alarm_type(*transition);
    parcel_.changed_at = transition->at;
    parcel_.old_state = transition->old_state;
    parcel_.new_state = transition->new_state;
    parcel_.account = transition->account;
    parcel_.region = transition->region;
    notice_.kind = Notice::Kind::alarm;
    notice_.transition = &*transition;
    if (const auto name = runbook_name(row_.action)) {
      add("runbook", *name, row_.action);
    } else if (is_topic(row_.action)) {
      add_subscribers();
      if (expansion_.deliveries.empty()) note_that_nobody_listens();
    } else {
      add_dead(unsupported(row_.action));
    }
  }

  void expand_publication() {
    const auto body = sns::publish_body_from_json(row_.body);
    if (!body) return add_dead("the outbox row cannot be read: " + body.error().what);
    if (body->kind != sns::PublishBody::Kind::publication) return expand_about_subscription(*body);
    notice_.kind = Notice::Kind::publication;
    notice_.publication = &body->publication;
    notice_.message_id = row_.transition_id;
    add_subscribers();
  }

  void expand_about_subscription(const sns::PublishBody& body) {
    const bool confirm = body.kind == sns::PublishBody::Kind::confirmation;
    notice_.kind = confirm ? Notice::Kind::confirmation : Notice::Kind::removal;
    notice_.topic = find_topic(directory_, row_.action);
    parcel_.about_subscription = true;
    for (const Subscription& subscription : directory_.subscriptions) {
      // Gone, or confirmed meanwhile: nothing to say any more.
      if (subscription.arn == body.subscription && notice_.topic != nullptr) add(subscription);
    }
  }

  void add_subscribers() {
    notice_.topic = find_topic(directory_, row_.action);
    if (notice_.topic == nullptr) return add_dead("the topic does not exist");
    for (const Subscription& subscription : directory_.subscriptions) {
      const bool listens = subscription.topic_arn == row_.action &&
                           subscription.state == Subscription::State::confirmed;
      if (listens) add(subscription);
    }
  }

  void add(const Subscription& subscription) {
    notice_.subscription = &subscription;
    add(subscription.protocol, subscription.endpoint, subscription.arn);
  }

  void add(const std::string& protocol, const std::string& endpoint, const std::string& receiver) {
    const Action* action = action_for(protocol);
    if (action == nullptr) return add_dead("there is no way to send by " + protocol);
    Delivery delivery = blank(receiver);
    delivery.protocol = protocol;
    delivery.endpoint = endpoint;
    // Of a plain message, all receivers see the id that its sender was told.
    Notice notice = notice_;
    notice.delivery_id = delivery.id;
    if (notice.message_id.empty()) notice.message_id = delivery.id;
    notice.at = now_;
    Parcel parcel = parcel_;
    parcel.form = action->compose(notice);
    delivery.body = to_json(parcel);
    expansion_.deliveries.push_back(std::move(delivery));
  }

  void add_dead(const std::string& reason) {
    Delivery delivery = blank(row_.action);
    delivery.protocol = "none";
    delivery.state = "dead";
    delivery.finished_at = now_;
    delivery.last_error = reason;
    delivery.body = to_json(parcel_);
    if (!alarm_name_.empty()) {
      history_.push_back(action_history(delivery, parcel_, deps_.clock.wall()));
    }
    expansion_.deliveries.push_back(std::move(delivery));
  }

  void note_that_nobody_listens() {
    codec::Document data{{"actionState", "Succeeded"},
                         {"stateUpdateTimestamp", parcel_.changed_at.ms()},
                         {"notificationResource", row_.action},
                         {"confirmedSubscriptions", 0}};
    history_.push_back({.id = 0,
                        .alarm_name = alarm_name_,
                        .alarm_type = parcel_.alarm_type,
                        .type = "Action",
                        .at = deps_.clock.wall(),
                        .summary = fmt::format("Successfully executed action {}", row_.action),
                        .data = codec::write_json(data),
                        .account = parcel_.account,
                        .region = parcel_.region});
  }

  [[nodiscard]] Delivery blank(const std::string& receiver) const {
    return {.id = make_uuid(deps_.random),
            .outbox_id = row_.id,
            .subscription = receiver,
            .protocol = "",
            .endpoint = "",
            .alarm_name = alarm_name_,
            .state = "pending",
            .attempts = 0,
            .created_at = row_.at,
            .next_try_at = now_,
            .finished_at = {},
            .give_up_at = now_ + kGiveUpAfter,
            .last_error = "",
            .output = "",
            .body = ""};
  }

  [[nodiscard]] const Action* action_for(const std::string& protocol) const {
    for (const auto& action : deps_.actions) {
      const auto served = action->protocols();
      if (std::find(served.begin(), served.end(), protocol) != served.end()) return action.get();
    }
    return nullptr;
  }

  const Deps& deps_;
  const OutboxRow& row_;
  const Directory& directory_;
  Timestamp now_;
  std::string alarm_name_;
  Notice notice_;
  Parcel parcel_;
  ExpandOutbox expansion_;
  std::vector<HistoryItem> history_;
};

std::vector<ControlChange> Expander::expand(const OutboxRow& row,
                                            const Directory& directory) const {
  return Row(deps_, row, directory).changes();
}

}  // namespace tidemark::act
