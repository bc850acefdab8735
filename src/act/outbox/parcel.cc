#include "act/outbox/parcel.h"

#include <utility>

#include <fmt/format.h>

#include "codec/json.h"

namespace tidemark::act {
namespace {

using codec::Document;

std::string without_path(const std::string& endpoint) {
  const auto scheme = endpoint.find("://");
  if (scheme == std::string::npos) return endpoint;
  const auto at = endpoint.find_first_of("/?#", scheme + 3);
  return endpoint.substr(0, at);
}

}  // namespace

std::string to_json(const Parcel& parcel) {
  return codec::write_json(Document{{"action", parcel.action},
                                    {"alarm_type", parcel.alarm_type},
                                    {"changed_at_ms", parcel.changed_at.ms()},
                                    {"old_state", parcel.old_state},
                                    {"new_state", parcel.new_state},
                                    {"account", parcel.account},
                                    {"region", parcel.region},
                                    {"about_subscription", parcel.about_subscription},
                                    {"form", parcel.form}});
}

Result<Parcel> parcel_from_json(const std::string& text) {
  TM_TRY(const Document from, codec::read_json(text));
  return Parcel{.action = std::string(from.text_at("action").value_or("")),
                .alarm_type = std::string(from.text_at("alarm_type").value_or("")),
                .changed_at = Timestamp::from_ms(from.int_at("changed_at_ms").value_or(0)),
                .old_state = std::string(from.text_at("old_state").value_or("")),
                .new_state = std::string(from.text_at("new_state").value_or("")),
                .account = std::string(from.text_at("account").value_or("")),
                .region = std::string(from.text_at("region").value_or("")),
                .about_subscription = from.bool_at("about_subscription").value_or(false),
                .form = std::string(from.text_at("form").value_or(""))};
}

HistoryItem action_history(const Delivery& delivery, const Parcel& parcel, Timestamp at) {
  const bool taken = delivery.state == "delivered";
  const std::string summary =
      taken ? fmt::format("Successfully executed action {}", parcel.action)
            : fmt::format("Failed to execute action {}. Received error: \"{}\"",
                          parcel.action,
                          delivery.last_error);
  Document data{{"actionState", taken ? "Succeeded" : "Failed"},
                {"stateUpdateTimestamp", parcel.changed_at.ms()},
                {"notificationResource", parcel.action},
                {"deliveryId", delivery.id},
                {"protocol", delivery.protocol},
                {"endpoint", without_path(delivery.endpoint)},
                {"attempts", delivery.attempts}};
  if (!taken) data.set("error", delivery.last_error);
  return {.id = 0,
          .alarm_name = delivery.alarm_name,
          .alarm_type = parcel.alarm_type,
          .type = "Action",
          .at = at,
          .summary = summary,
          .data = codec::write_json(data),
          .account = parcel.account,
          .region = parcel.region};
}

}  // namespace tidemark::act
