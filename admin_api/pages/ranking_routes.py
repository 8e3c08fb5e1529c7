"""Every address of the ranking pages, in one table."""

from starlette.routing import BaseRoute, Route

from admin_api.pages.frame import enrolled_first
from admin_api.pages.ranking import RANKING, RankingPages
from admin_api.pages.ranking_imports import IMPORTS, QUARANTINE, ImportPages
from admin_api.pages.ranking_interns import InternPages
from admin_api.pages.ranking_lists import LISTS, ListPages
from admin_api.pages.ranking_runs import RUNS, RunPages
from admin_api.pages.ranking_ties import TiePages
from admin_api.services import Services

PERIMETERS = f"{RANKING}/perimeters"


def ranking_routes(services: Services) -> list[BaseRoute]:
    """For the console's application; whoever has not enrolled is led there first."""
    perimeters, runs, ties = RankingPages(services), RunPages(services), TiePages(services)
    lists, files = ListPages(services), ImportPages(services)
    interns, intern = InternPages(services), f"{PERIMETERS}/{{perimeter}}/interns/{{person}}"
    get = {
        RANKING: perimeters.listed,
        f"{PERIMETERS}/{{perimeter}}": perimeters.one,
        f"{PERIMETERS}/{{perimeter}}/interns": interns.listed,
        intern: interns.one,
        f"{RUNS}/{{run}}": runs.shown,
        f"{RUNS}/{{run}}/ties/{{rank:int}}": ties.group,
        f"{RUNS}/{{run}}/interns/{{person}}": ties.explained,
        f"{LISTS}/{{call_list}}": lists.shown,
        f"{LISTS}/{{call_list}}/{{file}}": lists.downloaded,
        IMPORTS: files.listed,
        f"{IMPORTS}/templates/{{kind}}.csv": files.template,
        f"{IMPORTS}/{{made}}/rejects.csv": files.rejects,
        QUARANTINE: files.quarantine,
    }
    post = {
        PERIMETERS: perimeters.founded,
        f"{PERIMETERS}/{{perimeter}}/preranking": perimeters.preranked,
        f"{PERIMETERS}/{{perimeter}}/validation": perimeters.validated,
        f"{intern}/ranks": interns.ranked,
        f"{intern}/movements": interns.moved,
        f"{intern}/semesters": interns.trained,
        f"{intern}/elsewhere": interns.going,
        f"{RUNS}/{{run}}/ties/{{rank:int}}": ties.treated,
        f"{RUNS}/{{run}}/{{gesture}}": runs.gesture,
        f"{LISTS}/{{call_list}}/sessions": lists.planned,
        f"{LISTS}/{{call_list}}/feed": lists.fed,
        IMPORTS: files.sent,
        f"{QUARANTINE}/{{row}}/replay": files.replayed,
        f"{QUARANTINE}/{{row}}/discard": files.discarded,
    }
    return [
        *(Route(path, enrolled_first(handler)) for path, handler in get.items()),
        *(Route(path, enrolled_first(handler), methods=["POST"]) for path, handler in post.items()),
    ]
