#include "server/config.h"
#include "server/config_detectors.h"
#include "server/config_verdicts.h"
#include "server/config_yaml.h"

namespace tidemark::server {
namespace {

using yaml::duration;
using yaml::Fields;
using yaml::Mistake;
using yaml::number;
using yaml::Read;
using yaml::read_map;
using yaml::scalar;
using yaml::section;
using yaml::text;
using yaml::texts;
using yaml::yes_or_no;

/// A secret's twin `…_file`: the file's content without the line end.
Read text_of_file(FileSystem& files, std::string* to) {
  return [&files, to](const YAML::Node& node) {
    auto content = read_file(files, scalar(node), 64 << 10U);
    if (!content) throw Mistake{node.Mark(), content.error().what};
    while (!content->empty() && (content->back() == '\n' || content->back() == '\r'))
      content->pop_back();
    *to = *std::move(content);
  };
}

Read access_keys(FileSystem& files, std::vector<AccessKey>* to) {
  return [&files, to](const YAML::Node& node) {
    if (!node.IsSequence()) throw Mistake{node.Mark(), "expected a list of keys"};
    for (const auto& item : node) {
      AccessKey key;
      read_map(item,
               {{"id", text(&key.id)},
                {"secret", text(&key.secret)},
                {"secret_file", text_of_file(files, &key.secret)}});
      if (key.id.empty() || key.secret.empty()) {
        throw Mistake{item.Mark(), "an access key needs id and secret_file (or secret)"};
      }
      to->push_back(std::move(key));
    }
  };
}

Read runbooks(std::map<std::string, act::Runbook>* to) {
  return [to](const YAML::Node& node) {
    if (!node.IsMap()) throw Mistake{node.Mark(), "expected names with commands"};
    for (const auto& item : node) {
      act::Runbook runbook;
      read_map(item.second,
               {{"argv", texts(&runbook.argv)},
                {"timeout", duration(&runbook.timeout)},
                {"tries", number(&runbook.tries)}});
      (*to)[item.first.as<std::string>()] = std::move(runbook);
    }
  };
}

/// What can be read only once all of the file is known.
struct Later {
  Calendars calendars;
  std::vector<YAML::Node> detectors;
  std::vector<YAML::Node> verdicts;
};

Fields fields_of(FileSystem& files, Config* c, Later* later) {
  const Read listen = [c](const YAML::Node& node) {
    auto set = set_listen_address(scalar(node), c);
    if (!set) throw Mistake{node.Mark(), set.error().what};
  };
  return {
      {"data", text(&c->data_dir)},
      {"http", listen},
      {"hosts", texts(&c->hosts)},
      {"public_url", text(&c->public_url)},
      {"aws",
       section({{"account_id", text(&c->account_id)},
                {"accept_reserved_namespaces", yes_or_no(&c->accept_reserved_namespaces)},
                {"access_keys", access_keys(files, &c->access_keys)}})},
      {"storage",
       section({{"shards", number(&c->shards)},
                {"retention", duration(&c->retention)},
                {"history", duration(&c->history_retention)}})},
      {"mail",
       section({{"url", text(&c->mail.url)},
                {"username", text(&c->mail.username)},
                {"password", text(&c->mail.password)},
                {"password_file", text_of_file(files, &c->mail.password)},
                {"from", text(&c->mail.from)},
                {"require_tls", yes_or_no(&c->mail.require_tls)}})},
      {"subscriptions",
       section({{"auto_confirm_email", yes_or_no(&c->auto_confirm_email)},
                {"auto_confirm_http", yes_or_no(&c->auto_confirm_http)}})},
      {"egress",
       section(
           {{"allow", texts(&c->egress_allow)}, {"allow_http", yes_or_no(&c->egress_allow_http)}})},
      {"runbooks",
       section(
           {{"enabled", yes_or_no(&c->runbooks_enabled)}, {"commands", runbooks(&c->runbooks)}})},
      {"detection",
       section({{"always_on", yes_or_no(&c->always_on)},
                {"always_on_series", number(&c->always_on_series)}})},
      {"calendars", calendars(&later->calendars, &c->calendars)},
      {"verdicts", [later](const YAML::Node& node) { later->verdicts.push_back(node); }},
      {"detectors", [later](const YAML::Node& node) { later->detectors.push_back(node); }},
  };
}

tl::unexpected<Error> at(const std::string& path, const YAML::Mark& mark, const std::string& what) {
  return fail(Errc::invalid,
              fmt::format("{}:{}:{}: {}", path, mark.line + 1, mark.column + 1, what));
}

/// Reads the file by those fields, then what they left for later.
Result<void> read_by(FileSystem& files,
                     const std::string& path,
                     const Fields& fields,
                     const Later& later,
                     Config* config) {
  TM_TRY(const auto content, read_file(files, path, 1 << 20U));
  try {
    read_map(YAML::Load(content), fields);
    for (const YAML::Node& node : later.detectors)
      read_detectors(node, later.calendars, config->account_id, &config->detectors);
    for (const YAML::Node& node : later.verdicts)
      read_verdicts(node, config->account_id, &config->verdicts);
    return {};
  } catch (const Mistake& mistake) {
    return at(path, mistake.mark, mistake.what);
  } catch (const YAML::Exception& e) {
    return at(path, e.mark, e.msg);
  }
}

}  // namespace

Result<void> read_config_file(FileSystem& files, const std::string& path, Config* config) {
  Later later;
  return read_by(files, path, fields_of(files, config, &later), later, config);
}

Result<std::vector<ConfiguredDetector>> read_configured_detectors(FileSystem& files,
                                                                  const std::string& path) {
  Config unread;
  unread.account_id.clear();
  Later later;
  Fields fields = fields_of(files, &unread, &later);
  for (auto& [name, read] : fields) {
    if (name != "calendars" && name != "detectors") read = [](const YAML::Node&) {};
  }
  TM_TRY_VOID(read_by(files, path, fields, later, &unread));
  judge::SharedCalendars shared;
  for (const judge::SharedCalendar& calendar : unread.calendars)
    shared.emplace(calendar.use.calendar.name, calendar);
  for (ConfiguredDetector& each : unread.detectors) {
    auto& own = each.choices.own.calendars;
    const auto inherited = judge::inherited_by(shared, each.target, each.choices);
    own.insert(own.end(), inherited.begin(), inherited.end());
  }
  return std::move(unread.detectors);
}

}  // namespace tidemark::server
