"""First names that tell a column of people from one of products or places."""

from __future__ import annotations

from typing import Final

_NAMES: Final = """
    aaron adam adrian agnes aidan aisha akash alain alan alba albert alberto alejandra alejandro alena
    alessandra alessandro alex alexander alexandra alexandre alexis alfonso alfred alfredo ali alice alicia
    alina aline alison alvaro amanda amelia amelie amina amit ana anais andre andrea andreas andreia andres
    andrew andrzej angel angela angelika angelique anil anita anja anjali ann anna anne annette anthony
    antje antoine anton antonia antonio anusha ariane arnaud arthur arturo arun ashley astrid audrey aurelie
    axel ayse barbara beate beatrice beatriz ben benedikt benjamin bernard bernd bernhard bettina bianca
    birgit bjorn boris brandon brenda brian bridget brigitte bruno camila camille carina carl carla carlos
    carmen carol carole caroline carsten catalina catarina catherine cecile cecilia cedric celia celine
    cesar chantal charles chiara chloe christa christelle christian christiane christina christine christoph
    christophe christopher ciara claire clara claude claudia claudio claus clemens colin concepcion consuelo
    corinna corinne cornelia courtney craig cristian cristiano cristina cynthia dagmar damien daniel daniela
    daniele danielle danny dario darren david davide deborah deepak denis denise dennis diane diego dieter
    dietmar dirk dolores dominik dominique donald donna doris dorothea dorothy dylan edgar edith eduardo
    edward eileen elena eleonora eliane elias elisa elisabeth elizabeth elke ellen elodie elsa emilia emilie
    emilio emily emma emmanuel enrique eric erica erich erik erika ernesto ernst esteban estela esther
    etienne eugenia eva evelyn fabian fabien fabienne fabio fabrice fanny fatima federica federico felipe
    felix ferdinand fernanda fernando filipa filipe fiona florian francesca francesco francine francis
    francisca francisco franck francois francoise frank frederic friedrich fritz gabriel gabriela gabriele
    gareth gary gemma genevieve geoffrey georg george georges georgina gerald gerard gerardo gerd gerhard
    gertrud gilbert gilles giorgio giovanni gisela giulia giuseppe gloria gonzalo graham gregor gregory
    guillaume guillermo gunter gunther gustavo hannah hannes hans harald harry hassan heather hector heike
    heiko heinrich heinz helen helena helene helga helmut henri henrik henrique henry herbert hermann hilda
    holger horst hubert hugo ibrahim ignacio igor ilse ines inge ingrid irene irina iris irma isabel
    isabella isabelle ismael ivan jack jacob jacqueline jacques jaime jakob james jamie jan jana jane janet
    janine jaroslaw jason javier jean jeanette jeanne jeff jeffrey jennifer jens jeremy jerome jessica jesus
    jimmy joachim joan joana joanna joanne joao joaquin joel joelle johann johanna johannes john johnny
    jonas jonathan jorg jorge jose josef josefa joseph josephine joshua joyce juan juana judith julia julian
    juliana juliane julie julien juliette julio jurgen justin jutta kai karen karim karin karina karine karl
    karsten katarzyna kate katharina katherine kathleen kathrin kathryn katie katja katrin kelly kenneth
    kerstin kevin khadija kiran klaus konrad kristin kristina krzysztof kumar kurt lara lars laura laurence
    laurent lea leah leila lena leo leon leonardo leonie leonor leticia li liam lidia liliana linda lisa
    loic lorenzo lothar louis louise luc luca lucas lucia luciana lucie lucy ludovic ludwig luis luisa lukas
    luz lydia lynn maciej madeleine magali magdalena mailin maite malgorzata manfred manon manuel manuela
    marc marcel marcela marcelo marco marcos marcus margaret margarida margarita margit maria mariana
    marianne marie marina mario marion marisa marjorie mark marketa markus marlene marta martha martin
    martina martine mary mateo mathias mathieu matilde matteo matthew matthias matthieu maud maurice
    mauricio max maxime maximilian megan mehdi mehmet meike melanie melissa mercedes michael michaela michel
    michele michelle miguel mike miriam mohamed mohammed monica monika monique montserrat moritz muhammad
    murat mustafa nadia nadine natalia natalie nathalie nathan neha neil nelson nerea nicola nicolas nicole
    nils nina noah noelia noemi nora norbert nuno nuria olaf oliver olivia olivier oscar oskar otto pablo
    pamela paola paolo pascal patrice patricia patrick patrik paul paula paulina pauline paulo pedro peggy
    pepe peter petra philip philipp philippe pierre pilar piotr priya quentin rachel rafael raffaella rahul
    rainer rajesh ralf ralph ramon raphael raquel raul raymond rebecca regina reinhard remi renata renate
    renaud rene ricarda ricardo richard rita robert roberta roberto robin rocio rodrigo roger roland rolf
    romain roman ronald ronny rosa rosario roxana ruben rudi rudolf rui rupert ruth ryan sabina sabine
    sabrina salvador samantha samira samuel sandeep sandra sandrine sanjay santosh sara sarah sascha scott
    sean sebastian sebastien sergio severine sharon sheila sigrid silke silvia simon simone sofie sonia
    sonja sophia sophie stefan stefania stefanie stella stephan stephane stephanie stephen steve steven
    stuart sunil susan susana susanne suzanne sven svenja sylvia sylvie tamara tania tanja tatiana teresa
    thabo theo theresa therese thierry thomas thorsten tiago tilo tim timothy tina tobias tom tomas tomasz
    toni torsten tracy ulrich ulrike ursula ute uwe valentin valerie vanessa vera veronica veronika
    veronique vicente victor vikram vincent virginie vivian viviane volker walter waltraud wei wendy werner
    wilfried wilhelm william wojciech wolfgang xavier ximena yan yann yannick yasmin yolanda yusuf yves
    yvonne zoe
"""
#: First names common in English, Spanish, German, French, Portuguese and Italian, and some of India, China, Poland and
#: Turkey, as plain words; without those that are as often places or things (Paris, Florence, Victoria, Santiago, Rose).
FIRST_NAMES: Final = frozenset(_NAMES.split())
