#include <algorithm>
#include <cctype>

#include "net/egress.h"
#include "net/smtp_client.h"
#include "server/config.h"
#include "server/config_detectors.h"
#include "server/config_verdicts.h"
#include "server/config_yaml.h"

namespace tidemark::server {
namespace {

constexpr std::size_t kShardsMax = 64;
constexpr std::size_t kOne = 1;
constexpr std::size_t kConnectionsMax = 100'000;
/// As many as the store takes.
constexpr std::size_t kWatchedMax = 1'000'000;
/// Models of days and alarms over a day must be able to look back.
constexpr Duration kKeptMin = std::chrono::hours(24);
constexpr Duration kRunbookMin = std::chrono::seconds(1);
constexpr Duration kRunbookMax = std::chrono::hours(24);
constexpr int kTriesMax = 100;

using yaml::checked;
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

/// Where secrets come from: the file itself, or others that it names.
struct Secrets {
  FileSystem& files;
  std::string path;  ///< of the configuration

  /// A secret that others can read is none. The group may: services read what root's group owns.
  void refuse_open(const std::string& file, const YAML::Mark& mark) const {
    const auto open = files.others_may_read(file);
    if (!open) throw Mistake{mark, open.error().what};
    if (*open) {
      throw Mistake{mark,
                    fmt::format("{} holds a secret and every user of this machine may read it: "
                                "chmod o-r {}",
                                file,
                                file)};
    }
  }
  void set(const YAML::Node& node, const std::string& file, std::string text, std::string* to) {
    if (!to->empty()) throw Mistake{node.Mark(), "this secret stands above already: give it once"};
    if (!text.empty()) refuse_open(file, node.Mark());
    *to = std::move(text);
  }
  Read text(std::string* to) {
    return [this, to](const YAML::Node& node) { set(node, path, scalar(node), to); };
  }
  /// The twin `…_file`: the file's content without the line end.
  Read of_file(std::string* to) {
    return [this, to](const YAML::Node& node) {
      auto content = read_file(files, scalar(node), 64 << 10U);
      if (!content) throw Mistake{node.Mark(), content.error().what};
      while (!content->empty() && (content->back() == '\n' || content->back() == '\r'))
        content->pop_back();
      set(node, scalar(node), *std::move(content), to);
    };
  }
};

Read access_keys(Secrets* secrets, std::vector<AccessKey>* to) {
  return [secrets, to](const YAML::Node& node) {
    if (!node.IsSequence()) throw Mistake{node.Mark(), "expected a list of keys"};
    for (const auto& item : node) {
      AccessKey key;
      read_map(item,
               {{"id", text(&key.id)},
                {"secret", secrets->text(&key.secret)},
                {"secret_file", secrets->of_file(&key.secret)}});
      if (key.id.empty() || key.secret.empty()) {
        throw Mistake{item.Mark(), "an access key needs id and secret_file (or secret)"};
      }
      const bool is_twice = std::any_of(
          to->begin(), to->end(), [&key](const AccessKey& each) { return each.id == key.id; });
      if (is_twice)
        throw Mistake{item.Mark(), fmt::format("access key '{}' stands above already", key.id)};
      to->push_back(std::move(key));
    }
  };
}

/// A number of [least, most].
template <typename Number>
Read number_within(std::string key, Number* to, Number least, Number most) {
  return checked(std::move(key), number(to), [to, least, most]() -> Result<void> {
    if (*to >= least && *to <= most) return {};
    return fail(Errc::invalid, fmt::format("must be {} to {}, not {}", least, most, *to));
  });
}

/// Nothing, or so long that what is kept is of use.
Read kept_for(std::string key, Duration* to) {
  return checked(std::move(key), duration(to), [to]() -> Result<void> {
    if (to->count() == 0 || *to >= kKeptMin) return {};
    return fail(Errc::invalid, "must be 0s, which keeps everything, or at least 1d");
  });
}

Read runbook_timeout(const std::string& key, Duration* to) {
  return checked(key, duration(to), [to]() -> Result<void> {
    if (*to >= kRunbookMin && *to <= kRunbookMax) return {};
    return fail(Errc::invalid, "must be 1s to 24h");
  });
}

Read runbook_commands(std::map<std::string, act::Runbook>* to,
                      std::map<std::string, YAML::Mark>* marks) {
  return [to, marks](const YAML::Node& node) {
    if (!node.IsMap()) throw Mistake{node.Mark(), "expected names with commands"};
    for (const yaml::Entry& entry : yaml::entries_of(node)) {
      act::Runbook runbook;
      const std::string key = "runbooks.commands." + entry.key;
      read_map(entry.value,
               {{"argv", texts(&runbook.argv)},
                {"timeout", runbook_timeout(key + ".timeout", &runbook.timeout)},
                {"tries", number_within(key + ".tries", &runbook.tries, 1, kTriesMax)}});
      if (runbook.argv.empty() || !runbook.argv.front().starts_with('/')) {
        throw Mistake{entry.mark,
                      fmt::format("runbooks.commands.{}.argv must begin with the absolute path of "
                                  "a program, such as [/usr/local/bin/retry, --now]",
                                  entry.key)};
      }
      marks->emplace(entry.key, entry.mark);
      (*to)[entry.key] = std::move(runbook);
    }
  };
}

/// Those that are enabled must be there to be run: an alarm would find out too late.
Read runbooks(FileSystem& files, Config* c) {
  return [&files, c](const YAML::Node& node) {
    std::map<std::string, YAML::Mark> marks;
    read_map(node,
             {{"enabled", yes_or_no(&c->runbooks_enabled)},
              {"commands", runbook_commands(&c->runbooks, &marks)}});
    if (!c->runbooks_enabled) return;
    for (const auto& [name, runbook] : c->runbooks) {
      const std::string& program = runbook.argv.front();
      if (files.may_execute(program)) continue;
      throw Mistake{marks[name],
                    fmt::format("runbooks.commands.{}.argv: {} is no program that this server may "
                                "run",
                                name,
                                program)};
    }
  };
}

/// Names as a Host header has them. A URL would never be one, so that all requests were refused.
Read host_names(std::vector<std::string>* to) {
  return [to](const YAML::Node& node) {
    texts(to)(node);
    for (const auto& item : node) {
      const std::string& name = item.Scalar();
      const bool plain =
          !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
            return std::isalnum(c) != 0 ||
                   std::string_view(".-_:[]").find(static_cast<char>(c)) != std::string_view::npos;
          });
      if (!plain) {
        throw Mistake{
            item.Mark(),
            fmt::format("hosts: must be names such as tidemark.example.com, not '{}'", name)};
      }
    }
  };
}

Read mail(Secrets* secrets, MailConfig* to) {
  return [secrets, to](const YAML::Node& node) {
    const auto optional = [](const std::string& value, Result<void> (*check)(const std::string&)) {
      return value.empty() ? Result<void>() : check(value);
    };
    const auto check_url = [=] { return optional(to->url, net::check_smtp_url); };
    const auto check_from = [=] { return optional(to->from, net::check_sender); };
    read_map(node,
             {{"url", checked("mail.url", text(&to->url), check_url)},
              {"username", text(&to->username)},
              {"password", secrets->text(&to->password)},
              {"password_file", secrets->of_file(&to->password)},
              {"from", checked("mail.from", text(&to->from), check_from)},
              {"require_tls", yes_or_no(&to->require_tls)}});
    if (!to->url.empty() && to->from.empty()) {
      throw Mistake{node.Mark(),
                    "mail.from is missing: the sender, such as Tidemark <tidemark@example.com>"};
    }
    if (!to->password.empty() && to->username.empty()) {
      throw Mistake{node.Mark(), "mail.username is missing: a password without it is never used"};
    }
  };
}

Read egress_allow(std::vector<std::string>* to) {
  return [to](const YAML::Node& node) {
    texts(to)(node);
    for (const auto& item : node) {
      net::EgressRules one;
      one.allow = {item.Scalar()};
      const auto read = net::EgressPolicy::make(one);
      if (!read) throw Mistake{item.Mark(), "egress.allow: " + read.error().what};
    }
  };
}

/// `http(s)://HOST`, perhaps with a port and a path.
Result<void> check_public_url(const std::string& text) {
  const std::size_t host = text.starts_with("https://") ? 8 : text.starts_with("http://") ? 7 : 0;
  const std::size_t end = std::min(text.find('/', host), text.size());
  const bool has_host = host > 0 && end > host && text[host] != ':';
  const bool plain = std::none_of(text.begin(), text.end(), [](char c) {
    return c <= ' ' || c == '\x7f' ||
           std::string_view("?#@\"<>\\").find(c) != std::string_view::npos;
  });
  if (has_host && plain) return {};
  return fail(Errc::invalid,
              fmt::format("must be a URL such as https://tidemark.example.com, not '{}'", text));
}

/// Links are made by appending to it.
Read public_url(std::string* to) {
  return checked("public_url", text(to), [to] {
    while (to->ends_with('/'))
      to->pop_back();
    return to->empty() ? Result<void>() : check_public_url(*to);
  });
}

Read account_id(std::string* to) {
  return checked("aws.account_id", text(to), [to]() -> Result<void> {
    const bool digits =
        std::all_of(to->begin(), to->end(), [](char c) { return c >= '0' && c <= '9'; });
    if (to->size() == 12 && digits) return {};
    return fail(Errc::invalid, fmt::format("must have 12 digits, not '{}'", *to));
  });
}

/// What can be read only once all of the file is known.
struct Later {
  Calendars calendars;
  std::vector<YAML::Node> detectors;
  std::vector<YAML::Node> verdicts;
};

Fields fields_of(Secrets* secrets, Config* c, Later* later) {
  const Read listen = [c](const YAML::Node& node) {
    auto set = set_listen_address(scalar(node), c);
    if (!set) throw Mistake{node.Mark(), set.error().what};
  };
  return {
      {"data", text(&c->data_dir)},
      {"http", listen},
      {"hosts", host_names(&c->hosts)},
      {"public_url", public_url(&c->public_url)},
      {"aws",
       section({{"account_id", account_id(&c->account_id)},
                {"accept_reserved_namespaces", yes_or_no(&c->accept_reserved_namespaces)},
                {"access_keys", access_keys(secrets, &c->access_keys)}})},
      {"storage",
       section({{"shards", number_within("storage.shards", &c->shards, kOne, kShardsMax)},
                {"retention", kept_for("storage.retention", &c->retention)},
                {"history", kept_for("storage.history", &c->history_retention)},
                {"disk_reserve", yaml::bytes(&c->disk_reserve_bytes)}})},
      {"limits",
       section({{"connections",
                 number_within("limits.connections", &c->connections, kOne, kConnectionsMax)},
                {"connections_per_address",
                 number_within("limits.connections_per_address",
                               &c->connections_per_address,
                               kOne,
                               kConnectionsMax)}})},
      {"mail", mail(secrets, &c->mail)},
      {"subscriptions",
       section({{"auto_confirm_email", yes_or_no(&c->auto_confirm_email)},
                {"auto_confirm_http", yes_or_no(&c->auto_confirm_http)}})},
      {"egress",
       section({{"allow", egress_allow(&c->egress_allow)},
                {"allow_http", yes_or_no(&c->egress_allow_http)}})},
      {"runbooks", runbooks(secrets->files, c)},
      {"detection",
       section({{"always_on", yes_or_no(&c->always_on)},
                {"always_on_series",
                 number_within(
                     "detection.always_on_series", &c->always_on_series, kOne, kWatchedMax)}})},
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
  Secrets secrets{files, path};
  return read_by(files, path, fields_of(&secrets, config, &later), later, config);
}

Result<std::vector<ConfiguredDetector>> read_configured_detectors(FileSystem& files,
                                                                  const std::string& path) {
  Config unread;
  unread.account_id.clear();
  Later later;
  Secrets secrets{files, path};
  Fields fields = fields_of(&secrets, &unread, &later);
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
