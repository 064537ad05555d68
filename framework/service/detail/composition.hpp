// Private to the room: what a service is made of, once code, file and command line are laid over each other.
#pragma once

#include <candela/config/node.hpp>
#include <candela/core/log_options.hpp>
#include <candela/server/route.hpp>
#include <candela/service/detail/catalog.hpp>
#include <candela/service/detail/database.hpp>
#include <candela/service/detail/settings.hpp>
#include <candela/service/detail/store.hpp>
#include <candela/service/stage_use.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace candela::detail {

/// A route before it has stages: `answer`, or the name of a handler.
struct planned_route {
  http::method method = http::method::get;
  std::string pattern;
  route_options options;
  candela::handler answer;
  std::string handler_name;
  config::node handler_options;  // as the route gives them; null for none
  config::node mentioned;        // where the file speaks of it; null for code alone
};

using chain_table = std::map<std::string, std::vector<stage_use>, std::less<>>;

/// What code declares. Complete before it is composed with a file.
struct declarations {
  std::vector<planned_route> routes;
  std::map<std::string, candela::handler, std::less<>> handlers;
  chain_table chains;
  std::optional<std::vector<stage_use>> entry;
  std::optional<config::node> database;  // as the section `db`, which is laid over it
};

/// What the command line says; it goes before the file.
struct overrides {
  std::optional<std::string> host;
  std::optional<std::uint16_t> port;
  std::optional<unsigned> workers;
  std::optional<std::pair<std::string, std::string>> tls;  // certificate and key
  std::optional<std::string> database;                     // its URL
};

/// The result. A value: safe to hand from the thread that read a file to the one that uses it.
struct composition {
  server_settings server;
  log::options log;
  std::optional<database_plan> database;
  store_plan store;
  std::optional<revocation_plan> revocations;
  std::vector<stage_use> entry;
  chain_table chains;
  std::vector<planned_route> routes;
  std::map<std::string, candela::handler, std::less<>> named;  // by code
  std::map<std::string, stage_use, std::less<>> configured;    // by the file's `handlers`
  std::vector<std::string> plugins;
};

inline constexpr std::string_view default_chain_name = "default";

/// Reads `file` (null: no file). Throws `config::error` for whatever it says that is wrong in itself: keys, types,
/// routes without a handler. Names of stages, chains and handlers are looked up when it is assembled.
[[nodiscard]] composition compose(const declarations& code, const config::node& file, const overrides& line);

}  // namespace candela::detail
