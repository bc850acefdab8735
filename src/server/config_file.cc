#include <algorithm>

#include "net/egress.h"
#include "net/smtp_client.h"
#include "server/config.h"
#include "server/config_detectors.h"
#include "server/config_verdicts.h"
#include "server/config_yaml.h"

namespace tidemark::server {
namespace {

constexpr std::size_t kShardsMax = 64;

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

Read runbooks(std::map<std::string, act::Runbook>* to) {
  return [to](const YAML::Node& node) {
    if (!node.IsMap()) throw Mistake{node.Mark(), "expected names with commands"};
    for (const yaml::Entry& entry : yaml::entries_of(node)) {
      act::Runbook runbook;
      read_map(entry.value,
               {{"argv", texts(&runbook.argv)},
                {"timeout", duration(&runbook.timeout)},
                {"tries", number(&runbook.tries)}});
      if (runbook.argv.empty() || !runbook.argv.front().starts_with('/')) {
        throw Mistake{entry.mark,
                      fmt::format("runbooks.commands.{}.argv must begin with the absolute path of "
                                  "a program, such as [/usr/local/bin/retry, --now]",
                                  entry.key)};
      }
      (*to)[entry.key] = std::move(runbook);
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

Read shards(std::size_t* to) {
  return checked("storage.shards", number(to), [to]() -> Result<void> {
    if (*to >= 1 && *to <= kShardsMax) return {};
    return fail(Errc::invalid, fmt::format("must be 1 to {}, not {}", kShardsMax, *to));
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
      {"hosts", texts(&c->hosts)},
      {"public_url", public_url(&c->public_url)},
      {"aws",
       section({{"account_id", account_id(&c->account_id)},
                {"accept_reserved_namespaces", yes_or_no(&c->accept_reserved_namespaces)},
                {"access_keys", access_keys(secrets, &c->access_keys)}})},
      {"storage",
       section({{"shards", shards(&c->shards)},
                {"retention", duration(&c->retention)},
                {"history", duration(&c->history_retention)}})},
      {"mail", mail(secrets, &c->mail)},
      {"subscriptions",
       section({{"auto_confirm_email", yes_or_no(&c->auto_confirm_email)},
                {"auto_confirm_http", yes_or_no(&c->auto_confirm_http)}})},
      {"egress",
       section({{"allow", egress_allow(&c->egress_allow)},
                {"allow_http", yes_or_no(&c->egress_allow_http)}})},
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
