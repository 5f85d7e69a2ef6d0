"""Words that say nothing about what a motion is about: the grammar of Swedish, and the formulas of motions."""

_GRAMMAR = """
och att det i en ett jag hon han den de dem dom du vi ni man sig min mitt mina din ditt dina sin sitt sina vår vårt
våra er ert era hans hennes dess deras mig dig oss honom henne själv själva denna denne detta dessa sådan sådant
sådana samma vilken vilket vilka vilkas vars vem vems vad var vart när där här hur varför som om på med för till av
från vid hos mot mellan under över genom utan utom inom innan efter före sedan sen medan tills kring bland enligt
trots via per in ut upp ner ned fram bort åt ur än nu då så ju nog väl ej inte icke men eller utan samt både såväl
antingen varken dels ty eftersom därför därmed därav därtill härmed dock ändå även också bara endast blott enbart
redan ännu alltid aldrig ofta ibland sällan ganska mycket mer mera mest mindre minst många fler flera flest få färre
fåtal någon något några någonting någonstans ingen inget inga ingenting all allt alla varje var varandra annan annat
andra ena båda bägge hel hela helt halv flertal ytterligare är var vara varit vore blir bli blev blivit bliva har ha
hade haft kan kunna kunde kunnat ska skall skulle vill vilja ville velat måste bör borde får få fick fått lär torde må
måtte gör göra gjorde gjort görs göras ges ge gav gett givit ger ta tar tog tagit tas säger säga sade sagt ser se såg
sett gå går gick gått komma kommer kom kommit låta låter lät låtit finns finnas fanns funnits gälla gäller gällde
ligga ligger låg stå står stod hålla håller höll sätta sätter satte ställa ställer innebär innebära inneburit leda
leder anse anser exempel exempelvis dvs mm osv bl tex etc ca cirka samt således sålunda följaktligen dessutom däremot
emellertid likväl åtminstone samtidigt tidigare senare idag dag dagens igår år åren året årets årligen tid tiden gång
gånger gången del delar delen sätt sättet fall fallet form hand slag grad ny nytt nya nyare stor stort stora större
störst störst liten litet små mindre god gott goda bra bättre bäst hög högt höga lång långt långa längre viktig
viktigt viktiga nödvändig nödvändigt olika särskild särskilt särskilda viss visst vissa flesta först första sist sista
två tre fyra fem sex sju åtta nio tio hundra tusen miljon miljoner miljard miljarder procent
"""

_FORMULAS = """
motion motionen motionens motionär motionären motioner yrkande yrkanden yrkar yrka yrkas förslag förslaget föreslår
föreslå föreslås hemställer hemställan anförs anfört anföra ovanstående ovan nedan ställa ställer bakom tillkänna
tillkännager tillkännagivande kännedom mening besluta beslutar beslut beslutas beslutet uppdra uppdrar utreda
utredning utredningen översyn överväga möjlighet möjligheten möjligheter möjligheterna behov behovet behöver behövs
behöva syfte syftet fråga frågan frågor frågorna riksdag riksdagen riksdagens regering regeringen regeringens kongress
kongressen kongressens sverige sveriges svensk svenskt svenska
"""

#: In lower case. "bakom", "ställa" and the like stand in "ställer sig bakom", which every second motion says.
STOP_WORDS = frozenset((_GRAMMAR + _FORMULAS).split())
