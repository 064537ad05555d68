// Private to the room: what stands behind `service`.
#pragma once

#include <candela/server/service_facts.hpp>
#include <candela/service/detail/catalog.hpp>
#include <candela/service/detail/command_line.hpp>
#include <candela/service/detail/composition.hpp>
#include <functional>
#include <string>
#include <vector>

namespace candela::detail {

struct service_state {
  service_facts facts;
  std::vector<std::string> arguments;
  std::vector<own_option> own_options;
  bool has_command_line = false;
  config::node configuration;  // of a service that has no command line
  declarations code;
  catalog names;
  database_check database;
  std::vector<database_work> preparations;
};

/// Where a service's configuration comes from, each time that it is asked.
using configuration_source = std::function<composition()>;

}  // namespace candela::detail
