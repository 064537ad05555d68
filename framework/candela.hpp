// The one include for those who write services, handlers and stages.
#pragma once

#include <candela/core/log.hpp>
#include <candela/core/task.hpp>
#include <candela/core/when.hpp>
#include <candela/db/db.hpp>
#include <candela/json/describe.hpp>
#include <candela/json/json.hpp>
#include <candela/net/lanes.hpp>
#include <candela/net/sleep.hpp>
#include <candela/server/body_filter.hpp>
#include <candela/server/exchange.hpp>
#include <candela/server/extension.hpp>
#include <candela/server/handler.hpp>
#include <candela/server/health_registry.hpp>
#include <candela/server/outcome.hpp>
#include <candela/server/principal.hpp>
#include <candela/server/problem.hpp>
#include <candela/server/stage.hpp>
#include <candela/server/stage_setup.hpp>
#include <candela/service/service.hpp>
